title='IKEv2 with RSA-4096 certificates: IKE_AUTH goes in IKE fragments (SKF)'
setup() { make_ca; certificate i 4096; certificate r 4096; both ss.send_vendor_id=yes; }
run() { peers_up && capture && up && ping_inner 3 && down; }
proofs() {
  prove 'isakmp.nextpayload == 53' -ge 4
  prove 'ip.flags.mf == 1' -eq 0
  prove 'isakmp.cert.data || isakmp.cert.encoding' -ge 2
}
