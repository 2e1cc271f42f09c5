title='IKEv2 with AES-256-GCM for IKE and ESP and curve25519'
files=(i/charon.log)
notes='charon.log is the initiator at private level (ike 4, chd 4): the raw material of keys.json.'
setup() { both c.proposals=aes256gcm16-prfsha256-x25519 k.esp_proposals=aes256gcm16; }
run() { peers_up && capture && up && ping_inner 5 && down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.exchangetype == 37' -ge 2
  prove 'esp && icmp' -eq 10
}
