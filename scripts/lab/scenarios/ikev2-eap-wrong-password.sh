title='IKEv2 with EAP-MSCHAPv2 and a wrong password'
healthy=false outcome=failed finding=ike/auth-failed wire_can_tell=false
notes='Without keys: IKE_AUTH rounds, then an INFORMATIONAL from the initiator and nothing more. keys.json opens the MSCHAPv2 failure and N(AUTHENTICATION_FAILED).'
fault='the client has another password than the gateway'
setup() {
  make_ca; certificate r 2048
  conn i l.auth=eap-mschapv2 l.eap_id=test-user secrets.eap-1.id=test-user secrets.eap-1.secret=vpndoctor-test-wrong-password
  conn r r.auth=eap-mschapv2 r.eap_id=%any c.send_cert=always secrets.eap-1.id=test-user secrets.eap-1.secret=vpndoctor-test-password-not-secret
}
run() { peers_up && capture && up 12; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 6
  prove 'isakmp.exchangetype == 37 && isakmp.notify.msgtype == 24' -ge 1
  prove esp -eq 0
}
