title='A NAT forgets an idle IKEv2 tunnel without keepalives: the gateway is deaf to the client until that speaks from a new port'
nat=yes
healthy=false finding=path/nat-mapping-expired
fault='NAT keepalives are off and the NAT forgets UDP after five seconds'
notes="Taken outside the NAT. After 27 silent seconds the gateway's pings meet a closed port; the client's next packet comes from another port."
setup() { conn i ss.keep_alive=0; }
run() {
  ns m sysctl -qw net.netfilter.nf_conntrack_udp_timeout=5 net.netfilter.nf_conntrack_udp_timeout_stream=5
  peers_up && capture m t-r && up && ping_inner 3 && sleep 27
  ns r ping -n -q -c 2 -i 0.5 -W 1 -I $INNER_R $INNER_I >/dev/null
  ping_inner 3; down
}
proofs() {
  prove "esp && ip.src == $ADDR_R && !(icmp.type == 3)" -ge 5
  prove "isakmp.exchangetype == 37 && ip.src == $GW_R" -ge 1
}
