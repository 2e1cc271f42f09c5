title='IKEv2 responder asks for a cookie again and again'
healthy=false outcome=failed finding=ike/cookie-loop keys=no
peers='strongSwan 5.9.8 - two strongSwan 5.9.8 behind one address'
fault="two gateways under load share an address behind a balancer without memory; neither knows the other's cookie"
notes='One cookie round is normal. Here the initiator gives up after five.'
setup() { conn r ss.cookie_threshold=1; }
run() {
  second_gateway && peers_up && start q && path udp dport 4500 drop
  for _ in 1 2; do up 1; swan i --terminate --ike lab --force --timeout 1 >/dev/null 2>&1; done; path_clear
  slow 100kbit; capture && up 30
}
proofs() {
  prove 'isakmp.notify.msgtype == 16390 && isakmp.flag_r == 1' -ge 5
  prove 'isakmp.exchangetype == 35' -eq 0
}
