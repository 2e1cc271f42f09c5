title='IKEv1 phase 1 is fine, quick mode is refused: no common ESP proposal'
healthy=false outcome=failed finding=ike/phase2-refused ike=ikev1
fault='initiator offers aes128-sha1 for ESP, responder accepts aes256-sha256 only'
notes='Without keys: an encrypted Informational answers the first quick mode message and no ESP follows. keys.json opens it: NO_PROPOSAL_CHOSEN.'
setup() { both c.version=1; conn i k.esp_proposals=aes128-sha1; conn r k.esp_proposals=aes256-sha256; }
run() { peers_up && capture && up 8; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 1
  prove 'isakmp.exchangetype == 5 && isakmp.notify.msgtype == 14' -ge 1
}
