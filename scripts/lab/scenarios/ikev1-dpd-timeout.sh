title='The responder dies under an IKEv1 tunnel: R-U-THERE is never acknowledged'
healthy=false finding=ike/dpd-timeout ike=ikev1
fault='responder killed without a word, its port answers nothing'
setup() { both c.version=1; conn i c.dpd_delay=2s c.dpd_timeout=9s; }
run() { peers_up && capture && up && ping_inner 3 && at r udp dport '{ 500, 4500 }' drop; crash r; sleep 14; }
proofs() {
  prove "isakmp.notify.msgtype == 36136" -ge 3
  prove "isakmp.notify.msgtype == 36137" -eq 0
}
