title='IKEv2 with RSA-4096 certificates and no IKE fragmentation: the path drops IP fragments'
healthy=false outcome=failed finding=ike/large-message-lost keys=no
fault='IKE fragmentation is off at both ends and the path drops IP fragments'
setup() { make_ca; certificate i 4096; certificate r 4096; both c.fragmentation=no; }
run() { peers_up && path 'ip frag-off & 0x3fff != 0 drop'; capture && up 26; }
proofs() {
  prove 'isakmp.exchangetype == 34' -ge 2
  prove 'ip.flags.mf == 1' -ge 4
  prove "ip.src == $ADDR_R && isakmp.exchangetype == 35" -eq 0
}
