lab=vm title='IKEv1 main mode and raw ESP between two libreswan with kernel ESP' ike=ikev1
peers=$LIBRESWAN files=(xfrm-state.txt)
notes='Ends in mid-traffic, without a delete.'
run() {
  local c='ikev2=no retransmit-interval=5000 ike=aes128-sha1;modp1536 esp=aes128-sha1'
  start_pluto r ikev1-policy=accept -- $c && start_pluto i ikev1-policy=accept -- $c && capture && pluto_up && ping_inner 5; save_xfrm
}
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 3
  prove 'ip.proto == 50 && esp.icv_good == 1' -eq 10
}
