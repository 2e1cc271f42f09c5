title='IKEv2 with a pre-shared key, AES-CBC: the plainest tunnel'
run() { peers_up && capture && up && ping_inner 5 && down; }
proofs() {
  prove 'isakmp.exchangetype == 34' -ge 2
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.exchangetype == 37' -ge 2
}
