title='IKEv1 main mode and quick mode with a pre-shared key: 3DES, MD5, MODP-1024'
ike=ikev1 files=(i/charon.log)
setup() { both c.version=1 c.proposals=3des-md5-modp1024 k.esp_proposals=3des-md5; }
run() { peers_up && capture && up && ping_inner 5 && down; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 3
  prove 'isakmp.exchangetype == 5' -ge 2
}
