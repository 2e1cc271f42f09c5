title='IKEv1 main mode with AES-256 and MODP-2048, dead peer detection answered while idle'
ike=ikev1
notes='Time stamps are in nanoseconds.'
setup() { both c.version=1 c.proposals=aes256-sha256-modp2048 k.esp_proposals=aes256-sha1; conn i c.dpd_delay=2s; }
run() { peers_up && capture i i0 --nano && up && ping_inner 3 && sleep 5 && down; }
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 3
  prove 'isakmp.notify.msgtype == 36136' -ge 1
  prove 'isakmp.notify.msgtype == 36137' -ge 1
}
