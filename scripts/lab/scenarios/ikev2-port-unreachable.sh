title='IKEv2 to a host on which no daemon listens'
healthy=false outcome=failed finding=path/port-unreachable keys=no
fault='no IKE daemon at the responder; its kernel answers with ICMP 3/3'
run() { start i; capture && up 14; }
proofs() {
  prove 'isakmp.exchangetype == 34 && !icmp' -ge 3
  prove 'icmp.type == 3 && icmp.code == 3' -ge 3
}
