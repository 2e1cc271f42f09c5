title='IKEv2 initiator asks for an identity the responder does not have'
healthy=false outcome=failed finding=ike/auth-failed
fault='initiator expects vpn.example, responder is gateway.example'
notes='Without keys the wire shows only a small encrypted IKE_AUTH reply; keys.json opens IDr and N(AUTHENTICATION_FAILED).'
setup() { conn i r.id=vpn.example; }
run() { peers_up && capture && up; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.notify.msgtype == 24' -eq 1
  prove 'isakmp.id.data.fqdn == "vpn.example"' -eq 1
}
