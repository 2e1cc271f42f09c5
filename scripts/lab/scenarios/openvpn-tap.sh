title='tap: Ethernet frames and ARP inside'
ovpn_scene
run() {
  ovpn_pki; ovpn_keylog; capture; ovpn_server --dev tap; ovpn_client --dev tap
  ovpn_up && ovpn_ping 4; sleep 2; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 9' -ge 8; }
