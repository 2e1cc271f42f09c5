title='IKEv1 main mode that a firewall on the path refuses with ICMP administratively prohibited'
healthy=false outcome=failed finding=path/admin-prohibited keys=no ike=ikev1
fault='the path rejects UDP 500 with ICMP 3/13'
setup() { both c.version=1; }
run() { peers_up && path udp dport 500 reject with icmp type admin-prohibited; capture && up 14; }
proofs() {
  prove 'icmp.type == 3 && icmp.code == 13' -ge 3
  prove 'isakmp && !icmp' -ge 3
}
