title='IKEv1 aggressive mode with different pre-shared keys'
healthy=false outcome=failed finding=ike/auth-failed keys=no ike=ikev1
fault='the two ends have different pre-shared keys'
notes="The initiator finds the responder's HASH wrong after message 2 and says so."
setup() { both c.version=1 c.aggressive=yes ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes; psk r vpndoctor-test-psk-of-the-other-end; }
run() { peers_up && capture && up 10; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 4' -ge 2
  prove "isakmp.exchangetype == 5 && ip.src == $ADDR_I" -ge 1
}
