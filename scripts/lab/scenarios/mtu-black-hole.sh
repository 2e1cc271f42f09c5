title='Small packets pass the tunnel, large ones vanish: a small link and no ICMP'
healthy=false finding=path/mtu-black-hole
fault='a link of 1300 bytes on the path, and its ICMP fragmentation needed is filtered'
notes='Large ESP leaves with DF set and is never answered; small ESP is answered. Taken at the initiator.'
run() {
  peers_up; ns m ip link set t-r mtu 1300; ns r ip link set r0 mtu 1300
  ns m nft 'add table inet mute; add chain inet mute out { type filter hook output priority 0; }; add rule inet mute out icmp type destination-unreachable drop'
  capture && up && ping_inner 3; ping_inner 4 -s 1300; ping_inner 3; down
}
proofs() {
  prove "esp && ip.src == $ADDR_I && frame.len > 1300" -eq 4
  prove "esp && ip.src == $ADDR_I && ip.flags.df == 1 && frame.len > 1300" -eq 4
  prove "esp && ip.src == $ADDR_R" -eq 6
  prove icmp.type==3 -eq 0
}
