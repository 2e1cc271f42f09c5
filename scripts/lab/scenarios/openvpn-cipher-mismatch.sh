title='The ends have no data channel cipher in common'
ovpn_scene
healthy=false outcome=failed finding=openvpn/refused-after-tls finding_with_keys=openvpn/cipher-mismatch
fault='server: data-ciphers AES-128-GCM, client: data-ciphers CHACHA20-POLY1305'
run() {
  ovpn_pki; ovpn_keylog; capture; ovpn_server --data-ciphers AES-128-GCM; ovpn_client --data-ciphers CHACHA20-POLY1305; sleep 8; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
