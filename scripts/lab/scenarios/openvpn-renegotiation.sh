title='Renegotiation every six seconds: new keys under the next key id'
ovpn_scene
run() {
  ovpn_pki; ovpn_keylog; capture; ovpn_server --reneg-sec 6 --tls-version-max 1.2; ovpn_client --reneg-sec 0
  ovpn_up && ovpn_ping 4; sleep 9; ovpn_ping 3; sleep 2; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 3' -ge 1; prove 'openvpn.opcode == 9 && openvpn.keyid == 1' -ge 1; }
