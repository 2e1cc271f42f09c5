title='IKEv1 main mode with 3DES, MD5 and MODP-1024, our own probe as the initiator: rekeyed in both phases, dead peer detection, deleted'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
ike=ikev1 keys_from=r
setup() { conn r c.version=1 c.proposals=3des-md5-modp1024 k.esp_proposals=3des-md5; printf %s "$PSK" >"$TMP/psk"; }
run() {
  start r && capture &&
    probe_i --ikev1 --psk-file "$TMP/psk" --ike 3des-md5-modp1024 --esp 3des-md5 --local-ts ${INNER_I%.*}.0/24 --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R
}
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 12
  prove 'isakmp.exchangetype == 32' -ge 6
  prove 'isakmp.notify.msgtype == 36136' -ge 1
  prove 'esp && icmp' -ge 6
}
