title='The responder dies and comes back: the initiator still sends on the old SA until the new one is made'
healthy=false finding=ike/peer-restarted
fault='responder killed and started again; it does not know the old SPIs'
notes='ESP to the old SPI goes unanswered; then the restarted peer opens a new IKE SA itself, with no delete for the old one.'
setup() { conn r c.remote_addrs=$ADDR_I; }
run() {
  peers_up && capture && up && ping_inner 3
  crash r; ping_inner 3
  start r; ping_inner 4
  swan r --initiate --child net --timeout 5 >/dev/null; ping_inner 3
}
proofs() {
  prove "esp && !(icmp.type == 3) && ip.src == $ADDR_I" -eq 13
  prove "esp && !(icmp.type == 3) && ip.src == $ADDR_R" -eq 6
  prove "isakmp.exchangetype == 34 && isakmp.flag_r == 0 && ip.src == $ADDR_R" -ge 1
}
