title='IKE_SA_INIT passes on port 500, everything on port 4500 is lost'
healthy=false outcome=failed finding=ike/natt-4500-blocked nat=yes keys=no
fault='the path drops UDP 4500'
run() { peers_up && path udp dport 4500 drop; capture && up 26; }
proofs() {
  prove 'isakmp.exchangetype == 34' -ge 2
  prove 'isakmp.exchangetype == 35 && udp.dstport == 4500' -ge 4
  prove 'isakmp.exchangetype == 35 && isakmp.flag_r == 1' -eq 0
}
