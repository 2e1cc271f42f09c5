lab=vm title='IKEv1 with AH (SHA-1) in transport mode' ike=ikev1
setup() { both c.version=1 k.mode=transport k.esp_proposals= k.ah_proposals=sha1 k.local_ts= k.remote_ts=; }
run() { peers_up && capture && up; INNER_I=$ADDR_I INNER_R=$ADDR_R ping_inner 4; down; }
proofs() {
  prove 'ah && icmp' -eq 8
  prove 'isakmp.exchangetype == 32' -ge 3
}
