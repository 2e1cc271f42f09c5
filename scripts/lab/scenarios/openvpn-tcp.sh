title='TLS over TCP: each packet behind two bytes of its length'
ovpn_scene
run() {
  ovpn_pki; ovpn_keylog; capture; ovpn_server --proto tcp-server; ovpn_client --proto tcp-client
  ovpn_up && ovpn_ping 4; sleep 3; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 7 && tcp' -ge 1; prove 'openvpn.opcode == 9 && tcp' -ge 8; }
