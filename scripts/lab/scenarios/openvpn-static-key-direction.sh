title='Static key, both ends with direction 1: each signs with the key that the other does not expect'
ovpn_scene
healthy=false outcome=failed finding=openvpn/static-key-mismatch wire_can_tell=false finding_with_keys=openvpn/static-key-mismatch
fault='both ends have key direction 1'
run() {
  ovpn_secret static; ovpn_keys static="$TMP/static.key"
  for n in r i; do ovpn_static $n --secret static.key 1 --cipher AES-256-CBC --auth SHA1 --providers legacy default; done
  sleep 1; capture
  sleep 2; ovpn_ping 4; sleep 5
}
proofs() { prove 'udp.port == 1194 && !icmp' -ge 8; }
