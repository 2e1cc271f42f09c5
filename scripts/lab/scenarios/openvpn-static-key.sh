title='Static key without direction, AES-256-CBC and SHA256, over UDP: no handshake, packets without an opcode'
ovpn_scene
run() {
  ovpn_secret static; ovpn_keys static="$TMP/static.key"
  for n in r i; do ovpn_static $n --secret static.key --cipher AES-256-CBC --auth SHA256 --providers legacy default; done
  sleep 1; capture
  ovpn_up && ovpn_ping 5 && ovpn_ping 3 -s 200; sleep 3
}
proofs() { prove 'udp.port == 1194 && !icmp' -ge 18; }
