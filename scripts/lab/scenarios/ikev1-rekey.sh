title='IKEv1 with a new quick mode and a new main mode (reauthentication), traffic between'
ike=ikev1
setup() { both c.version=1 c.proposals=aes128-sha256-modp2048 k.esp_proposals=aes128-sha256; }
run() {
  peers_up && capture && up && ping_inner 3
  swan i --rekey --child net >/dev/null; sleep 1; ping_inner 3
  swan i --rekey --ike lab --reauth >/dev/null; sleep 2; ping_inner 3
  down
}
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 12
  prove 'isakmp.exchangetype == 32' -ge 6
  prove 'esp && icmp' -eq 18
}
