lab=vm title='IKEv2 with AH in tunnel mode: authenticated, readable'
setup() { both k.esp_proposals= k.ah_proposals=sha256; }
run() { peers_up && capture && up && ping_inner 4; down; }
proofs() {
  prove 'ah && icmp' -eq 8
  prove esp -eq 0
}
