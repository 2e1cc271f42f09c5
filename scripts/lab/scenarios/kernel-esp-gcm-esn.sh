lab=vm title='IKEv2 with AES-256-GCM and extended sequence numbers'
files=(xfrm-state.txt)
setup() { both c.proposals=aes256gcm16-prfsha384-ecp384 k.esp_proposals=aes256gcm16-esn; }
run() { peers_up && capture && up && ping_inner 5; save_xfrm; down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'ip.proto == 50 && esp && icmp' -eq 10
}
