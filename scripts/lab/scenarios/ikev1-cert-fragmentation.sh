title='IKEv1 main mode with RSA-4096 certificates in IKE fragments (payload 132)' ike=ikev1
setup() { both c.version=1 c.fragmentation=yes; make_ca; certificate i 4096; certificate r 4096; }
run() { peers_up && capture && up && ping_inner 3 && down; }
proofs() {
  prove 'isakmp.frag.last' -ge 4
  prove 'ip.flags.mf == 1' -eq 0
  prove 'isakmp.exchangetype == 32' -ge 3
}
