title='IKEv1 phase 1 is fine, quick mode is refused: the responder wants PFS, the initiator offers none'
healthy=false outcome=failed finding=ike/phase2-refused ike=ikev1
fault='responder requires modp2048 in quick mode, initiator sends no KE'
setup() { both c.version=1; conn i k.esp_proposals=aes128-sha256; conn r k.esp_proposals=aes128-sha256-modp2048; }
run() { peers_up && capture && up 8; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 1
  prove 'isakmp.exchangetype == 5 && isakmp.notify.msgtype == 14' -ge 1
}
