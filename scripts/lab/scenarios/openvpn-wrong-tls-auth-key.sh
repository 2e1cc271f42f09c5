title='tls-auth with two different keys: the server does not answer what it cannot authenticate'
ovpn_scene
healthy=false outcome=failed finding=openvpn/reset-unanswered finding_with_keys=openvpn/control-key-mismatch
fault='client and server have different tls-auth keys; keys.json has the one of the server'
run() {
  ovpn_pki; ovpn_secret ta; ovpn_secret other; ovpn_keys static="$TMP/ta.key"; capture
  ovpn_server --tls-auth ta.key 0 --auth SHA256; ovpn_client --tls-auth other.key 1 --auth SHA256; sleep 16
}
proofs() { prove 'openvpn.opcode == 7' -ge 3; prove 'openvpn.opcode == 8' -eq 0; }
