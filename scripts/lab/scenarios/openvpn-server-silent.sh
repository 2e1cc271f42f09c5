title='The server host drops UDP 1194: resets repeat and nobody answers'
ovpn_scene
healthy=false outcome=failed finding=openvpn/reset-unanswered
fault='the server host drops UDP 1194'
run() { ovpn_pki; ovpn_server; at r udp dport 1194 drop; capture; ovpn_client --hand-window 20; sleep 32; }
proofs() { prove 'openvpn.opcode == 7' -ge 5; prove 'openvpn.opcode == 8' -eq 0; }
