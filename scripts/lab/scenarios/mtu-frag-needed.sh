title='A small link on the path, and the router before it says so (ICMP 3/4)'
healthy=false finding=path/frag-needed
fault='a link of 1300 bytes on the path; its ICMP fragmentation needed arrives'
notes='The ICMP error quotes an ESP packet and names the next-hop MTU. Userland ESP does not adapt, so large inner packets stay lost.'
run() { peers_up; ns m ip link set t-r mtu 1300; capture && up && ping_inner 3; ping_inner 4 -s 1300; ping_inner 3; down; }
proofs() {
  prove 'icmp.type == 3 && icmp.code == 4' -ge 1
  prove "esp && ip.src == $ADDR_R && !(icmp.type == 3)" -eq 6
}
