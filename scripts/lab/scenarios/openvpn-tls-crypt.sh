title='tls-crypt: the control channel is encrypted'
ovpn_scene
run() {
  ovpn_pki; ovpn_secret tc; ovpn_keylog; capture; ovpn_server --tls-crypt tc.key; ovpn_client --tls-crypt tc.key
  ovpn_up && ovpn_ping 4; sleep 3; ovpn_keys static="$TMP/tc.key" log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 7' -ge 1; }
