title='IKEv1 phase 1 is fine, quick mode is refused: the subnets (proxy ids) differ'
healthy=false outcome=failed finding=ike/phase2-refused ike=ikev1
fault='initiator asks for 10.77.9.0/24, responder has 10.77.0.0/24'
notes='keys.json opens the Informational: INVALID_ID_INFORMATION.'
setup() { both c.version=1; conn i k.remote_ts=10.77.9.0/24; }
run() { peers_up && capture && up 8; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 32' -ge 1
  prove 'isakmp.exchangetype == 5 && isakmp.notify.msgtype == 18' -ge 1
}
