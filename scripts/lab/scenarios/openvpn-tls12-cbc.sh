title='TLS 1.2, data channel AES-256-CBC with SHA256: certificates stand readable in the handshake'
ovpn_scene
run() {
  ovpn_pki; ovpn_keylog; capture; ovpn_server --tls-version-max 1.2 --data-ciphers AES-256-CBC --auth SHA256
  ovpn_client --data-ciphers AES-256-CBC --auth SHA256
  ovpn_up && ovpn_ping 4; sleep 4; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 9' -ge 8; }
