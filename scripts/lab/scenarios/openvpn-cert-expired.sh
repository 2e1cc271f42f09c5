title='The certificate of the server was valid in 2020 only; TLS 1.2 shows it'
ovpn_scene
healthy=false outcome=failed finding=openvpn/certificate-expired
fault='expired certificate at the server'
run() {
  ovpn_ca; ovpn_cert i; ovpn_expired r; capture; ovpn_server --tls-version-max 1.2; ovpn_client --hand-window 12; sleep 18
}
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
