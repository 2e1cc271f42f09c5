title='Static key over TCP, DES-EDE3-CBC and SHA512'
ovpn_scene
run() {
  ovpn_secret static; ovpn_keys static="$TMP/static.key"; capture
  local options=(--secret static.key --cipher DES-EDE3-CBC --auth SHA512 --providers legacy default --ifconfig)
  ovpn r --dev tun --proto tcp-server --lport 1194 "${options[@]}" $OVPN_R $OVPN_I --ping 1
  sleep 1; ovpn i --dev tun --proto tcp-client --remote $ADDR_R --rport 1194 --nobind "${options[@]}" $OVPN_I $OVPN_R --ping 1
  ovpn_up && ovpn_ping 5 && ovpn_ping 3 -s 200; sleep 3
}
proofs() { prove 'tcp.port == 1194 && tcp.len > 0' -ge 18; }
