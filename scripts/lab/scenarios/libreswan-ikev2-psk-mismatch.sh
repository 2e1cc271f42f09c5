lab=vm title='IKEv2 between two libreswan with different pre-shared keys' keys=no
peers=$LIBRESWAN
healthy=false outcome=failed finding=ike/auth-failed
fault='the two ends have different pre-shared keys'
run() { start_pluto r ikev2=insist psk=vpndoctor-test-psk-of-the-other-end && start_pluto i ikev2=insist && capture && pluto_up 12; }
proofs() { prove 'isakmp.exchangetype == 35' -ge 2; prove esp -eq 0; }
