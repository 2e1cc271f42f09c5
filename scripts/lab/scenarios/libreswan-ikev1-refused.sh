lab=vm title='IKEv1 to a libreswan that does IKEv2 only and says so' ike=ikev1 keys=no
peers=$LIBRESWAN
healthy=false outcome=failed finding=ike/version-refused
fault='the responder has ikev1-policy=reject'
run() {
  start_pluto r ikev1-policy=reject -- ikev2=insist && start_pluto i ikev1-policy=accept -- ikev2=no 'ike=aes128-sha1;modp1536' && capture && pluto_up 8
}
proofs() { prove 'isakmp.notify.msgtype == 5' -ge 1; }
