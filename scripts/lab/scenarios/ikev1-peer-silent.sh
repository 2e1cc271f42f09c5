title='IKEv1 main mode into silence'
healthy=false outcome=failed finding=ike/peer-silent keys=no ike=ikev1
fault='the path drops UDP 500'
setup() { both c.version=1 c.proposals=aes128-sha1-modp1536; }
run() { start i && path udp dport 500 drop; capture && up 14; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 3
  prove "ip.src == $ADDR_R" -eq 0
}
