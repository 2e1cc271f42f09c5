title='Nobody listens on UDP 1194: ICMP port unreachable'
ovpn_scene
healthy=false outcome=failed finding=path/port-unreachable
fault='no OpenVPN runs at the server'
run() { ovpn_pki; capture; ovpn_client; sleep 8; }
proofs() { prove 'icmp.type == 3 && icmp.code == 3' -ge 1; }
