title='IKEv1 main mode whose phase 1 proposals have nothing in common'
healthy=false outcome=failed finding=ike/no-proposal-chosen keys=no ike=ikev1
fault='initiator offers 3des-md5-modp1024 only, responder accepts aes256-sha256-modp2048 only'
setup() { both c.version=1; conn i c.proposals=3des-md5-modp1024; conn r c.proposals=aes256-sha256-modp2048; }
run() { peers_up && capture && up; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 1
  prove 'isakmp.exchangetype == 5 && isakmp.notify.msgtype == 14' -ge 1
}
