title='IKEv1 aggressive mode with AES, SHA2-256 and MODP-2048, our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
ike=ikev1 keys_from=r
setup() {
  conn r c.version=1 c.aggressive=yes c.proposals=aes256-sha256-modp2048 k.esp_proposals=aes128-sha256 ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes
  printf %s "$PSK" >"$TMP/psk"
}
run() {
  start r && capture &&
    probe_i --aggressive --psk-file "$TMP/psk" --ike aes256-sha256-modp2048 --esp aes128-sha256 --local-ts ${INNER_I%.*}.0/24 --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R --until echo
}
proofs() {
  prove 'isakmp.exchangetype == 4' -ge 3
  prove 'isakmp.exchangetype == 32' -ge 3
  prove 'esp && icmp' -ge 6
}
