title='IKEv2 over IPv6 outside, IPv4 inside'
v6=yes
notes='Taken on all interfaces (Linux cooked v2), so the inner pings are there in clear too.'
setup() { conn i c.local_addrs=$ADDR6_I c.remote_addrs=$ADDR6_R; conn r c.local_addrs=$ADDR6_R; }
run() { peers_up && capture i any && up && ping_inner 3 && down; }
proofs() {
  prove 'ipv6 && isakmp.exchangetype == 35' -ge 2
  prove 'ipv6 && esp && icmp' -eq 6
}
