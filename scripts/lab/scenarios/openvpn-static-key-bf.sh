title='Static key with directions 0 and 1, BF-CBC and SHA1, comp-lzo: what the oldest recipes make'
ovpn_scene
run() {
  ovpn_secret static; ovpn_keys static="$TMP/static.key"
  ovpn_static r --secret static.key 0 --cipher BF-CBC --auth SHA1 --comp-lzo no --providers legacy default
  ovpn_static i --secret static.key 1 --cipher BF-CBC --auth SHA1 --comp-lzo no --providers legacy default
  sleep 1; capture
  ovpn_up && ovpn_ping 5 && ovpn_ping 3 -s 200; sleep 3
}
proofs() { prove 'udp.port == 1194 && !icmp' -ge 18; }
