title='IKEv1 aggressive mode with a pre-shared key: both identities in the clear'
ike=ikev1 format=pcapng
notes='The file is pcapng.'
setup() { both c.version=1 c.aggressive=yes c.proposals=aes128-sha1-modp2048 k.esp_proposals=aes128-sha1 ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes; }
run() { peers_up && capture && up && ping_inner 3 && down; }
proofs() {
  prove 'isakmp.exchangetype == 4' -ge 3
  prove 'isakmp.exchangetype == 32' -ge 3
}
