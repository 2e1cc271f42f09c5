title='IKEv1 main mode with different pre-shared keys'
healthy=false outcome=failed finding=ike/auth-failed keys=no ike=ikev1
fault='the two ends have different pre-shared keys'
notes='Message 5 cannot be decrypted; the responder answers each one with an encrypted Informational (PAYLOAD_MALFORMED by its log). In main mode the keys depend on the pre-shared key, so the ends do not even agree on the encryption key.'
setup() { both c.version=1; psk r vpndoctor-test-psk-of-the-other-end; }
run() { peers_up && capture && up 14; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 7
  prove 'isakmp.exchangetype == 2 && isakmp.flag_e == 1' -ge 3
  prove "isakmp.exchangetype == 5 && ip.src == $ADDR_R" -ge 3
}
