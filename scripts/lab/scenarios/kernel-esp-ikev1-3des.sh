lab=vm title='IKEv1 with 3DES, MD5 and MODP-1024, raw ESP with 3DES-MD5' ike=ikev1
files=(xfrm-state.txt)
setup() { both c.version=1 c.proposals=3des-md5-modp1024 k.esp_proposals=3des-md5; }
run() { peers_up && capture && up && ping_inner 5; save_xfrm; down; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'ip.proto == 50 && esp && icmp' -eq 10
}
