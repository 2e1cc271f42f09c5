title='The certificate of the client is signed by a CA that the server does not know'
ovpn_scene
healthy=false outcome=failed finding=openvpn/tls-failed
fault='the certificate of the client comes from another CA'
run() {
  ovpn_pki; ovpn_ca other; ovpn_cert i other; cat "$TMP/other.crt" >>"$TMP/i/peer.crt"; capture; ovpn_server --tls-version-max 1.2; ovpn_client --hand-window 12; sleep 18
}
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
