lab=vm nat=yes title='IKEv2 with kernel ESP in UDP 4500 through a real NAT, taken behind it'
notes='NAT-D is honest here: only the initiator is behind a NAT.'
setup() { conn i ss.keep_alive=2s; }
run() { peers_up && capture && up && ping_inner 3; sleep 5; ping_inner 2; down; }
proofs() {
  prove 'udp.port == 4500 && esp && icmp' -eq 10
  prove udpencap.nat_keepalive -ge 1
  prove 'ip.proto == 50' -eq 0
}
