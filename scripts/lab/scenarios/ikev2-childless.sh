title='IKEv2 without a CHILD_SA (RFC 6023): an IKE SA alone, rekeyed and asked for a sign of life; our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
keys_from=r
setup() { conn r c.childless=force; printf %s "$PSK" >"$TMP/psk"; }
run() { start r && capture && probe_i --psk-file "$TMP/psk" --no-child; }
proofs() {
  prove 'isakmp.notify.msgtype == 16418' -ge 1
  prove 'isakmp.exchangetype == 35' -ge 2
  prove 'isakmp.exchangetype == 36' -ge 2
}
