title='IKEv2 authenticates, the first child is refused: no common ESP proposal'
healthy=false outcome=failed finding=ike/child-refused
fault='initiator offers aes128-sha1 for ESP, responder accepts aes256gcm16 only'
notes='Without keys: a short IKE_AUTH reply and no ESP. With keys.json: AUTH is there and N(NO_PROPOSAL_CHOSEN).'
setup() { conn i k.esp_proposals=aes128-sha1; conn r k.esp_proposals=aes256gcm16; }
run() { peers_up && capture && up 8; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.notify.msgtype == 14' -eq 1
  prove esp -eq 0
}
