title='The certificate of the server was valid in 2020 only; TLS 1.3 hides it, a key log shows it'
ovpn_scene
healthy=false outcome=failed finding=openvpn/tls-failed finding_with_keys=openvpn/certificate-expired
fault='expired certificate at the server'
run() {
  ovpn_ca; ovpn_cert i; ovpn_expired r; ovpn_keylog; capture; ovpn_server; ovpn_client --hand-window 12; sleep 18; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
