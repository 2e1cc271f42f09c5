title='IKEv2 initiator is sent from one group to the other without end'
healthy=false outcome=failed finding=ike/invalid-ke-loop keys=no
peers='strongSwan 5.9.8 - two strongSwan 5.9.8 behind one address'
fault='two gateways share an address behind a balancer without memory; one wants MODP-2048, the other curve25519'
notes='One INVALID_KE_PAYLOAD is normal; here the wanted group alternates. The initiator gives up after five.'
setup() { conn i c.proposals=aes128-sha256-x25519-modp2048; conn r c.proposals=aes128-sha256-modp2048; conn q c.proposals=aes128-sha256-x25519; }
run() { second_gateway && peers_up && start q && slow 100kbit && capture && up 30; }
proofs() {
  prove 'isakmp.notify.msgtype == 17' -ge 5
  prove 'isakmp.exchangetype == 35' -eq 0
}
