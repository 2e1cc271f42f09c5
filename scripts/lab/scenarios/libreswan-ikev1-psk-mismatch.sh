lab=vm title='IKEv1 main mode between two libreswan with different pre-shared keys' ike=ikev1 keys=no
peers=$LIBRESWAN
healthy=false outcome=failed finding=ike/auth-unanswered
fault='the two ends have different pre-shared keys'
notes='libreswan says nothing to a message 5 it cannot read: both ends repeat their last message. Which of the many reasons is only in the responder log.'
run() {
  local c='ikev2=no ike=aes128-sha1;modp1536'
  start_pluto r ikev1-policy=accept -- $c psk=vpndoctor-test-psk-of-the-other-end && start_pluto i ikev1-policy=accept -- $c && capture && pluto_up 12
}
proofs() { prove 'isakmp.exchangetype == 2 && isakmp.flag_e == 1' -ge 2; }
