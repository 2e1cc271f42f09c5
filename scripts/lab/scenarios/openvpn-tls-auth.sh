title='tls-auth with SHA256 and directions 0 and 1, CHACHA20-POLY1305'
ovpn_scene
run() {
  ovpn_pki; ovpn_secret ta; ovpn_keylog; capture
  ovpn_server --tls-auth ta.key 0 --auth SHA256 --data-ciphers CHACHA20-POLY1305; ovpn_client --tls-auth ta.key 1 --auth SHA256 --data-ciphers CHACHA20-POLY1305
  ovpn_up && ovpn_ping 4; sleep 3; ovpn_keys static="$TMP/ta.key" log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 7' -ge 1; prove 'openvpn.hmac' -ge 4; prove 'openvpn.opcode == 9' -ge 8; }
