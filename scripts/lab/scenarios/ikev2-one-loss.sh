title='IKEv2 whose first IKE_AUTH is lost: one retransmission and all is well'
notes='A retransmission that is answered is not a fault.'
run() {
  peers_up && path udp dport 4500 drop; capture
  up 20 & local p=$!; sleep 2; path_clear; wait $p
  ping_inner 3; down
}
proofs() {
  prove 'isakmp.exchangetype == 35 && isakmp.flag_r == 0' -ge 2
  prove 'isakmp.exchangetype == 35 && isakmp.flag_r == 1' -ge 1
  prove 'esp && icmp' -eq 6
}
