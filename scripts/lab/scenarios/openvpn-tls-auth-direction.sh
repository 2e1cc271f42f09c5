title='tls-auth, both ends with key direction 0'
ovpn_scene
healthy=false outcome=failed finding=openvpn/reset-unanswered finding_with_keys=openvpn/key-direction
fault='both ends have key direction 0'
run() {
  ovpn_pki; ovpn_secret ta; ovpn_keys static="$TMP/ta.key"; capture
  ovpn_server --tls-auth ta.key 0; ovpn_client --tls-auth ta.key 0; sleep 16
}
proofs() { prove 'openvpn.opcode == 7' -ge 3; prove 'openvpn.opcode == 8' -eq 0; }
