title='IKEv2 to a host that is off: the last router says host unreachable'
healthy=false outcome=failed finding=path/host-unreachable keys=no
fault="the responder's link is down; the router before it finds no neighbour and sends ICMP 3/1"
run() { start i && ns r ip link set r0 down; capture && up 16; }
proofs() {
  prove 'icmp.type == 3 && icmp.code == 1' -ge 1
  prove 'isakmp && !icmp' -ge 3
}
