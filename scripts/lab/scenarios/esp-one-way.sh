title='IKEv2 is fine, ESP arrives in one direction only'
healthy=false finding=esp/one-way
fault='the path drops ESP in UDP 4500 from responder to initiator and lets IKE through'
notes='Taken at the initiator: its ESP leaves, none ever arrives, IKE on the same port still works.'
# an ESP packet has no non-ESP marker: its first four bytes are an SPI, not zero
run() {
  peers_up && path 'iifname t-r udp sport 4500 @th,64,32 != 0 drop'
  capture && up && ping_inner 6; down
}
proofs() {
  prove "esp && ip.src == $ADDR_I" -eq 6
  prove "esp && ip.src == $ADDR_R" -eq 0
  prove 'isakmp.exchangetype == 37' -ge 2
}
