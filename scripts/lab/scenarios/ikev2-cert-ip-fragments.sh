title='IKEv2 with RSA-4096 certificates and no IKE fragmentation: IKE_AUTH goes in IP fragments and arrives'
setup() { make_ca; certificate i 4096; certificate r 4096; both c.fragmentation=no; }
run() { peers_up && capture && up && ping_inner 3 && down; }
proofs() {
  prove 'ip.flags.mf == 1' -ge 2
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'esp && icmp' -eq 6
}
