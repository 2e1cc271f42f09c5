title='IKEv2 initiator guesses the wrong group, is told so once, and goes on'
notes='One INVALID_KE_PAYLOAD is normal negotiation, not a fault.'
setup() { conn i c.proposals=aes128-sha256-x25519-modp2048; conn r c.proposals=aes128-sha256-modp2048; }
run() { peers_up && capture && up && ping_inner 3 && down; }
proofs() {
  prove 'isakmp.notify.msgtype == 17' -eq 1
  prove 'isakmp.exchangetype == 34' -ge 4
  prove 'esp && icmp' -eq 6
}
