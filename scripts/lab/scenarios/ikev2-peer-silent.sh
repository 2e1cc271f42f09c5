title='IKEv2 initiator calls and nobody answers: requests repeat on the back-off clock'
healthy=false outcome=failed finding=ike/peer-silent keys=no
fault='the responder host drops UDP 500'
run() { start i && start r && at r udp dport 500 drop; capture && up 26; }
proofs() {
  prove 'isakmp.exchangetype == 34 && isakmp.flag_r == 0' -ge 4
  prove 'isakmp.flag_r == 1 || icmp' -eq 0
}
