title='IKEv2 responder under load asks for a cookie once'
notes='The responder asks because it already holds half-open SAs, made before the capture by attempts whose IKE_AUTH was lost. One cookie round is normal.'
setup() { conn r ss.cookie_threshold=2; }
run() {
  peers_up && path 'udp dport 4500 drop'
  up 1; swan i --terminate --ike lab --force --timeout 1 >/dev/null 2>&1; up 1; swan i --terminate --ike lab --force --timeout 1 >/dev/null 2>&1; path_clear
  capture && up && ping_inner 3 && down
}
proofs() {
  prove 'isakmp.notify.msgtype == 16390 && isakmp.flag_r == 1' -eq 1
  prove 'isakmp.exchangetype == 34' -ge 4
  prove 'esp && icmp' -eq 6
}
