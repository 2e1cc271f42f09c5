title='From a moment on the path drops everything; the client gives up after ping-restart and calls again'
ovpn_scene
healthy=false outcome=established finding=openvpn/ping-restart
fault='the path drops UDP 1194 both ways from a moment on'
run() {
  ovpn_pki; capture; ovpn_server --keepalive 1 5; ovpn_client; ovpn_up && ovpn_ping 4; sleep 2; path udp sport 1194 drop; path udp dport 1194 drop; sleep 16
}
proofs() { prove 'openvpn.opcode == 9' -ge 8; prove 'openvpn.opcode == 7' -ge 2; }
