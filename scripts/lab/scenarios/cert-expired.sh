title="IKEv2 initiator finds the responder's certificate expired"
healthy=false outcome=failed finding=ike/auth-failed wire_can_tell=false
fault="the responder's certificate was valid in 2020 only"
notes='The responder believes the SA is up; the initiator refuses it in an encrypted INFORMATIONAL. Without keys it looks like a tunnel that was closed at once.'
setup() {
  make_ca --not-before '01.01.20 00:00:00' --not-after '01.01.40 00:00:00'
  certificate i 2048; certificate r 2048 --not-before '01.01.20 00:00:00' --not-after '31.12.20 00:00:00'
}
run() { peers_up && capture && up 8; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.exchangetype == 37 && isakmp.notify.msgtype == 24' -ge 1
  prove esp -eq 0
}
