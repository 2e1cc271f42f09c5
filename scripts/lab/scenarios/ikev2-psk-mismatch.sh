title='IKEv2 with different pre-shared keys: the responder refuses the first IKE_AUTH'
healthy=false outcome=failed finding=ike/auth-failed
fault='the two ends have different pre-shared keys'
notes='Without keys the wire shows only a small encrypted IKE_AUTH reply and then nothing; keys.json opens it: N(AUTHENTICATION_FAILED).'
setup() { psk r vpndoctor-test-psk-of-the-other-end; }
run() { peers_up && capture && up; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.notify.msgtype == 24' -eq 1
  prove esp -eq 0
}
