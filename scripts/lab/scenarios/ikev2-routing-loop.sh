title='IKEv2 into a routing loop: two routers send the packets to each other until the TTL ends'
healthy=false outcome=failed finding=path/routing-loop keys=no
fault="two routers on the path each think the other is nearer to the responder"
run() {
  ip netns add "$NS-q"; quiet_ns q
  ip link add q0 netns "$NS-q" type veth peer name t-q netns "$NS-m"
  link_up q q0 192.0.2.2/24; link_up m t-q 192.0.2.1/24; ns q ip route add default via 192.0.2.1
  ns m ip route add $ADDR_R via 192.0.2.2
  start i && capture && up 14
}
proofs() {
  prove 'icmp.type == 11 && icmp.code == 0' -ge 3
  prove 'isakmp && !icmp' -ge 3
}
