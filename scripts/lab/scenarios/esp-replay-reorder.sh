lab=vm title='Some packets arrive later than the replay window is wide: the receiver drops them'
healthy=false finding=esp/replay-window
fault="the initiator's uplink delays one packet in twelve by 300 ms (netem), the receiver's window is 32 packets"
notes='Taken at the responder: sequence numbers jump back by more than 32, and those requests get no answer.'
files=(xfrm-stat.txt)
run() {
  peers_up && up && ping_inner 2
  vm_exec i 'tc qdisc add dev eth0 root netem delay 300ms reorder 92% 0%'
  capture r; on i ping -n -q -c 120 -i 0.005 -W 1 -I $INNER_I $INNER_R >>"$TMP/ping.log"; vm_exec r 'cat /proc/net/xfrm_stat' >"$TMP/xfrm-stat.txt"
}
proofs() {
  prove "esp && ip.src == $ADDR_I" -eq 120
  prove "esp && ip.src == $ADDR_R" -lt 119
  grep -q '^XfrmInStateSeqError[[:space:]]*[1-9]' "$TMP/xfrm-stat.txt" || FAILED+=('no XfrmInStateSeqError at the responder')
}
