title='OpenVPN on TCP 443 beside HTTPS (port-share): a browser, then a client, then one through an HTTP proxy'
ovpn_scene
notes='the browser reaches the web server through OpenVPN; tshark takes what follows on 443 for TLS, and what is behind CONNECT on 8080 for HTTP'
# An HTTP proxy that knows CONNECT only.
proxy() {
  bg proxy ns r python3 -c '
import socket, threading
def pump(a, b):
    while True:
        try: data = a.recv(65536)
        except OSError: data = b""
        if not data: break
        b.sendall(data)
    b.shutdown(socket.SHUT_WR)
def serve(c):
    head = b""
    while b"\r\n\r\n" not in head: head += c.recv(1)
    host, port = head.split()[1].decode().split(":")
    s = socket.create_connection((host, int(port)))
    c.sendall(b"HTTP/1.0 200 Connection established\r\n\r\n")
    threading.Thread(target=pump, args=(s, c), daemon=True).start(); pump(c, s)
l = socket.create_server(("", 8080)); print("listening", flush=True)
while True: threading.Thread(target=serve, args=(l.accept()[0],), daemon=True).start()'
  wait_for 10 grep -q listening "$TMP/proxy.out"
}
run() {
  ovpn_pki; ovpn_keylog; proxy
  bg web ns r openssl s_server -accept 8443 -cert "$TMP/r/peer.crt" -key "$TMP/r/peer.key" -www
  wait_for 10 grep -q ACCEPT "$TMP/web.out"
  capture; ovpn_server --proto tcp-server --port 443 --port-share 127.0.0.1 8443
  printf 'GET / HTTP/1.0\r\n\r\n' | ns i timeout 5 openssl s_client -quiet -connect "$ADDR_R:443" -servername web.example >"$TMP/page" 2>/dev/null
  local options=(--dev tun --proto tcp-client --client --remote "$ADDR_R" 443 --nobind --remote-cert-tls server
    --ca ca.crt --cert i/peer.crt --key i/peer.key)
  ovpn i "${options[@]}"; ovpn_up && ovpn_ping 3; stop openvpn-i; rm -f "$TMP/openvpn-i.out"
  ovpn i "${options[@]}" --http-proxy "$ADDR_R" 8080; ovpn_up && ovpn_ping 4; grep -q 'HTTP/1.0 200' "$TMP/page"
  ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'tls.handshake.extensions_server_name == "web.example"' -ge 1; prove 'tcp.dstport == 8080 && tcp.payload contains "CONNECT"' -ge 1; }
