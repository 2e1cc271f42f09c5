title='IKEv2 tunnel that comes up and cannot be rekeyed: one end wants PFS, the other has none'
healthy=false finding=ike/rekey-failed
fault='initiator has esp_proposals with modp2048 only, responder without a group; the first child does not need one'
notes='Without keys: a short CREATE_CHILD_SA reply while traffic goes on. keys.json opens it: NO_PROPOSAL_CHOSEN.'
setup() { conn i k.esp_proposals=aes128-sha256-modp2048; conn r k.esp_proposals=aes128-sha256; }
run() { peers_up && capture && up && ping_inner 3; swan i --rekey --child net >/dev/null; sleep 2; ping_inner 3; }
proofs() {
  prove 'isakmp.exchangetype == 36' -ge 2
  prove 'isakmp.exchangetype == 36 && isakmp.notify.msgtype == 14' -ge 1
  prove 'esp && icmp' -eq 12
}
