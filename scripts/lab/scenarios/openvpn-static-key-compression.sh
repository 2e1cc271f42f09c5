title='Static key, one end with comp-lzo and the other without: the first byte inside is no compression header'
ovpn_scene
healthy=false outcome=failed finding=openvpn/compression-mismatch wire_can_tell=false finding_with_keys=openvpn/compression-mismatch
fault='only the server has comp-lzo'
run() {
  ovpn_secret static; ovpn_keys static="$TMP/static.key"
  ovpn_static r --secret static.key --cipher AES-256-CBC --auth SHA1 --comp-lzo no --providers legacy default
  ovpn_static i --secret static.key --cipher AES-256-CBC --auth SHA1 --providers legacy default
  sleep 1; capture
  sleep 3; ovpn_ping 4; sleep 4
}
proofs() { prove 'udp.port == 1194 && !icmp' -ge 8; }
