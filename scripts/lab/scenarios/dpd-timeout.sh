title='The path dies under an IKEv2 tunnel: dead peer detection asks, repeats and gives up'
healthy=false finding=ike/dpd-timeout
fault='all packets between the peers are dropped from a moment on'
notes='Taken on all interfaces (Linux cooked), so the inner pings are there in clear too.'
setup() { conn i c.dpd_delay=2s ss.retransmit_timeout=1 ss.retransmit_base=1.5 ss.retransmit_tries=4; }
run() { peers_up && capture i any -y LINUX_SLL && up && ping_inner 3; path drop; ping_inner 3; sleep 18; }
proofs() {
  prove "isakmp.exchangetype == 37 && ip.src == $ADDR_I" -ge 5
  prove "isakmp.exchangetype == 37 && ip.src == $ADDR_R" -eq 0
}
