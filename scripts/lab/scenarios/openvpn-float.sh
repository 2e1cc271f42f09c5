title='The NAT gives the client another port under way: the server knows it by its peer id'
ovpn_scene
nat=yes
run() {
  ovpn_pki; capture r; ovpn_server; ovpn_client
  ovpn_up && ovpn_ping 4
  ns m nft flush table ip nat; ns m nft 'add rule ip nat post oifname "t-r" udp sport 1-65535 masquerade to :40000-40100'; ns m conntrack -F >/dev/null 2>&1 || ns i ip addr add 192.168.7.9/24 dev i0
  ns i ip route replace default via $GW_I src 192.168.7.9 2>/dev/null
  ovpn_ping 6; sleep 4
}
proofs() { prove 'openvpn.opcode == 9' -ge 8; prove 'openvpn.opcode == 9 && udp.srcport >= 40000 && udp.srcport <= 40100' -ge 2; }
