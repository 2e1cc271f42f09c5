title='Path MTU discovery at work: a small link, one ICMP fragmentation needed, then all passes'
notes='The ICMP error quotes an ESP packet and names the next-hop MTU; the one packet is lost, later ones leave as IP fragments. Not a fault.'
run() {
  peers_up; ns m ip link set t-r mtu 1300; ns r ip link set r0 mtu 1300
  capture && up && ping_inner 3; ping_inner 4 -s 1300; ping_inner 3; down
}
proofs() {
  prove 'icmp.type == 3 && icmp.code == 4' -eq 1
  prove 'ip.flags.mf == 1' -ge 3
  prove "esp && ip.src == $ADDR_R && icmp.type == 0" -eq 9
}
