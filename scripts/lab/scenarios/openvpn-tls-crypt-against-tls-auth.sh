title='The client has tls-crypt, the server tls-auth, with the same key'
ovpn_scene
healthy=false outcome=failed finding=openvpn/reset-unanswered finding_with_keys=openvpn/reset-unanswered
fault='tls-crypt at the client, tls-auth at the server'
run() {
  ovpn_pki; ovpn_secret ta; ovpn_keys static="$TMP/ta.key"; capture
  ovpn_server --tls-auth ta.key; ovpn_client --tls-crypt ta.key; sleep 16
}
proofs() { prove 'openvpn.opcode == 7' -ge 3; }
