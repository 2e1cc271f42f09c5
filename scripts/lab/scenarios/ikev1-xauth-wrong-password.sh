title='IKEv1 aggressive mode with XAuth and a wrong password'
healthy=false outcome=failed finding=ike/auth-failed wire_can_tell=false ike=ikev1
notes='Without keys: four Transaction messages and then nothing; no quick mode follows. keys.json opens the XAUTH status (fail).'
fault='the client has another password than the gateway'
setup() {
  both c.version=1 c.aggressive=yes l.round=1 r.round=1 ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes secrets.xauth-1.id=test-user
  conn i connections.lab.local-xauth.round=2 connections.lab.local-xauth.auth=xauth connections.lab.local-xauth.xauth_id=test-user secrets.xauth-1.secret=vpndoctor-test-wrong-password
  conn r connections.lab.remote-xauth.round=2 connections.lab.remote-xauth.auth=xauth secrets.xauth-1.secret=vpndoctor-test-password-not-secret
}
run() { peers_up && capture && up 12; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 4' -ge 3
  prove 'isakmp.exchangetype == 6' -ge 4
  prove 'isakmp.exchangetype == 32' -eq 0
}
