lab=vm v6=yes title='IKEv2 and raw ESP over IPv6 (next header 50), IPv4 inside'
setup() { conn i c.local_addrs=$ADDR6_I c.remote_addrs=$ADDR6_R; conn r c.local_addrs=$ADDR6_R; }
run() { peers_up && capture && up && ping_inner 4; down; }
proofs() {
  prove 'ipv6.nxt == 50 && esp && icmp' -eq 8
  prove 'ipv6 && isakmp.exchangetype == 35' -ge 2
}
