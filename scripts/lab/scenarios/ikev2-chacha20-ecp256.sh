title='IKEv2 with ChaCha20-Poly1305 for IKE and ESP and ECP-256'
notes='tshark 4.0 cannot decrypt ChaCha20-Poly1305; the keys come from the same log as everywhere.'
setup() { both c.proposals=chacha20poly1305-prfsha256-ecp256 k.esp_proposals=chacha20poly1305; }
run() { peers_up && capture && up && ping_inner 3 && down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove esp -eq 6
}
