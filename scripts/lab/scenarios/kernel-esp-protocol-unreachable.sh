lab=vm title='IKE passes, protocol 50 is refused with ICMP protocol unreachable'
healthy=false finding=path/protocol-unreachable
fault='the path rejects IP protocol 50 with ICMP 3/2'
run() { peers_up && path ip protocol esp reject with icmp type prot-unreachable; capture && up; ping_inner 5; }
proofs() {
  prove "ip.proto == 50 && ip.src == $ADDR_I && !(icmp.type == 3)" -eq 5
  prove 'icmp.type == 3 && icmp.code == 2' -eq 5
}
