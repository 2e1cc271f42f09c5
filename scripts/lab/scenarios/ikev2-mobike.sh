title='IKEv2 client changes its address in mid-tunnel (MOBIKE)'
notes='Userland ESP cannot move an SA, so both ends also rekey the child at once.'
setup() { both c.mobike=yes; conn i c.local_addrs=; }
run() {
  ns i ip addr add 198.51.100.7/24 dev i0
  peers_up && capture && up && ping_inner 3
  ns i ip addr del $ADDR_I/24 dev i0; ns i ip route replace default via $GW_I
  sleep 4; ping_inner 3; down
}
proofs() {
  prove 'isakmp.notify.msgtype == 16400' -ge 1
  prove 'ip.src == 198.51.100.7 && esp' -ge 3
  prove 'ip.dst == 198.51.100.7 && esp' -ge 3
}
