title='The client trusts another CA than the one that signed the certificate of the server'
ovpn_scene
healthy=false outcome=failed finding=openvpn/tls-failed
fault='the client has another CA'
run() {
  ovpn_pki; ovpn_ca other; capture; ovpn_server --tls-version-max 1.2; ovpn_client --ca other.crt --hand-window 12; sleep 18
}
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
