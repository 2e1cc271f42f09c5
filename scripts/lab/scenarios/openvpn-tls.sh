title='TLS without tls-auth over UDP, TLS 1.3, AES-256-GCM, ended by the client'
ovpn_scene
run() {
  ovpn_pki; ovpn_keylog; capture; ovpn_server; ovpn_client --explicit-exit-notify 1
  ovpn_up && ovpn_ping 4; sleep 4; stop openvpn-i; sleep 1; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 7' -ge 1; prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -ge 8; }
