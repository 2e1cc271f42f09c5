title='The server wants TLS 1.3, the client goes to 1.2 at most: the server drops the handshake without a word'
ovpn_scene
healthy=false outcome=failed finding=openvpn/tls-failed
fault='server: tls-version-min 1.3, client: tls-version-max 1.2'
run() { ovpn_pki; capture; ovpn_server --tls-version-min 1.3; ovpn_client --tls-version-max 1.2 --hand-window 12; sleep 16; }
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
