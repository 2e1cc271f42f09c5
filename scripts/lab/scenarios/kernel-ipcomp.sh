lab=vm title='IKEv2 with IPComp inside ESP: large compressible pings'
files=(xfrm-state.txt)
notes='Small packets are not compressed (kernel threshold); the large ones carry IPComp, next header 108 inside ESP.'
setup() { both k.ipcomp=yes; }
run() { peers_up && capture && up; ping_inner 2; ping_inner 4 -s 1000; save_xfrm; down; }
proofs() {
  prove 'isakmp.notify.msgtype == 16387' -eq 2
  prove ipcomp -eq 8
  prove 'esp && icmp' -ge 4
}
