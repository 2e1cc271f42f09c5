lab=vm title='IKEv2 from strongSwan to libreswan, raw ESP'
peers='strongSwan 5.9.8 with kernel ESP - libreswan 4.10 with kernel ESP'
run() { start_pluto r ikev2=insist retransmit-interval=5000 && start i && capture && up && ping_inner 4; down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'ip.proto == 50 && esp && icmp' -eq 8
}
