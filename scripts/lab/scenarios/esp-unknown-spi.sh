title='The responder has restarted and stays silent: ESP to its forgotten SPI meets no answer'
healthy=false finding=esp/unknown-spi wire_can_tell=false
fault='responder killed and started again; the initiator has no dead peer detection'
notes='The wire shows ESP answered, then unanswered from one moment on; that the peer restarted is only in its log.'
run() {
  peers_up && capture && up && ping_inner 3
  crash r; start r; ping_inner 6
}
proofs() {
  prove "esp && ip.src == $ADDR_I" -eq 9
  prove "esp && ip.src == $ADDR_R" -eq 3
}
