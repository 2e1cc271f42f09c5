title='IKEv2 authenticates, the first child is refused: the subnets differ'
healthy=false outcome=failed finding=ike/child-refused finding_with_keys=ike/ts-unacceptable
fault='initiator asks for 10.77.9.0/24, responder has 10.77.0.0/24'
notes='Without keys: a short IKE_AUTH reply and no ESP. With keys.json: AUTH is there and N(TS_UNACCEPTABLE), so ike/ts-unacceptable.'
setup() { conn i k.remote_ts=10.77.9.0/24; }
run() { peers_up && capture && up 8; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.notify.msgtype == 38' -eq 1
  prove esp -eq 0
}
