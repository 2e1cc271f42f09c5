title='tls-crypt-v2: each client with a key of its own, which it shows to the server wrapped'
ovpn_scene
run() {
  ovpn_pki; openvpn --genkey tls-crypt-v2-server "$TMP/v2s.key"; openvpn --tls-crypt-v2 "$TMP/v2s.key" --genkey tls-crypt-v2-client "$TMP/v2c.key"
  ovpn_keylog; capture; ovpn_server --tls-crypt-v2 v2s.key; ovpn_client --tls-crypt-v2 v2c.key
  ovpn_up && ovpn_ping 4; sleep 3; ovpn_keys v2server="$TMP/v2s.key" log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 10' -ge 1; }
