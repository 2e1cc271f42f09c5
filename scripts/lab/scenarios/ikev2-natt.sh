title='IKEv2 from behind a NAT that also changes the source port; NAT keepalives and dead peer detection while idle'
nat=yes
notes='Taken outside the NAT (middle point). libipsec always claims a NAT in its NAT-D hashes; here there is a real one.'
setup() { conn i ss.keep_alive=2s c.dpd_delay=3s; }
run() { peers_up && capture m t-r && up && ping_inner 3 && sleep 5 && ping_inner 2 && down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.exchangetype == 37' -ge 4
  prove udpencap.nat_keepalive -ge 1
  prove "ip.src == $GW_R && udp.srcport != 500 && udp.srcport != 4500" -ge 6
}
