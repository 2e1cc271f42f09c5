lab=vm title='IKEv2 and raw ESP (protocol 50) between two libreswan with kernel ESP'
peers=$LIBRESWAN files=(xfrm-state.txt)
notes='libreswan keeps IKE keys in NSS; keys.json has the ESP keys out of xfrm-state.txt (ip -d xfrm state at the initiator).'
run() { start_pluto r ikev2=insist retransmit-interval=5000 && start_pluto i ikev2=insist retransmit-interval=5000 && capture && pluto_up && ping_inner 5; save_xfrm; pluto_down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'ip.proto == 50 && esp && icmp' -eq 10
  prove 'esp && icmp.type == 0' -eq 5
}
