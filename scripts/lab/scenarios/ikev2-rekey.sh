title='IKEv2 with a CHILD_SA rekey, an IKE_SA rekey and a CHILD_SA rekey by the responder, traffic between'
setup() { both k.esp_proposals=aes128-sha256-modp2048; }
run() {
  peers_up && capture && up && ping_inner 3
  swan i --rekey --child net >/dev/null; sleep 1; ping_inner 3
  swan i --rekey --ike lab >/dev/null; sleep 1; ping_inner 3
  swan r --rekey --child net >/dev/null; sleep 1; ping_inner 3
  down
}
proofs() {
  prove 'isakmp.exchangetype == 36' -ge 6
  prove 'isakmp.exchangetype == 37' -ge 8
  prove 'esp && icmp' -eq 24
  prove 'esp.icv_bad == 1' -eq 0
}
