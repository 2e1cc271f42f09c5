title='What the server answers gets lost on the way back; captured at the server'
ovpn_scene
healthy=false outcome=failed finding=openvpn/answers-lost
fault='the path drops what comes from UDP 1194'
run() { ovpn_pki; ovpn_server; path iifname t-r udp sport 1194 drop; capture r; ovpn_client --hand-window 20; sleep 22; }
proofs() { prove 'openvpn.opcode == 7' -ge 3; prove 'openvpn.opcode == 8' -ge 1; }
