lab=vm title='IKEv2 with ESP in transport mode between the two hosts'
setup() { both k.mode=transport k.local_ts= k.remote_ts=; }
run() { peers_up && capture && up; INNER_I=$ADDR_I INNER_R=$ADDR_R ping_inner 4; down; }
proofs() {
  prove 'isakmp.notify.msgtype == 16391' -ge 2
  prove 'ip.proto == 50 && esp && icmp' -eq 8
}
