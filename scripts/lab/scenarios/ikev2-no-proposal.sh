title='IKEv2 whose IKE proposals have nothing in common'
healthy=false outcome=failed finding=ike/no-proposal-chosen keys=no
fault='initiator offers aes128-sha1-modp1024 only, responder accepts aes256-sha256-modp2048 only'
setup() { conn i c.proposals=aes128-sha1-modp1024; conn r c.proposals=aes256-sha256-modp2048; }
run() { peers_up && capture && up; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 34' -ge 2
  prove 'isakmp.notify.msgtype == 14' -eq 1
}
