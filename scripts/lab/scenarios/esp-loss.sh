title='The path loses every fifth ESP packet from the initiator'
healthy=false finding=esp/packet-loss
fault='the path drops every fifth ESP packet to the responder'
notes='Taken at the responder: of the sequence numbers 1 to 32, 5, 10, 15, 20, 25 and 30 never arrive.'
run() {
  peers_up && path 'iifname t-i udp dport 4500 @th,64,32 != 0 numgen inc mod 5 == 4 drop'
  capture r && up && ping_inner 32; down
}
proofs() {
  prove "esp && ip.src == $ADDR_I" -eq 26
  prove "esp && ip.src == $ADDR_R" -eq 26
  prove "esp.sequence == 5 && ip.src == $ADDR_I" -eq 0
}
