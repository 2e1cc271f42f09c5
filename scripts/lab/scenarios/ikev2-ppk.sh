title='IKEv2 with a postquantum pre-shared key (RFC 8784) beside the ordinary one, our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
keys_from=r
setup() {
  printf %s "$PSK" >"$TMP/psk"; printf %s vpndoctor-test-ppk-not-secret >"$TMP/ppk"
  conn r c.ppk_id=office-ppk c.ppk_required=yes secrets.ppk-1.id=office-ppk secrets.ppk-1.secret=vpndoctor-test-ppk-not-secret
}
run() { start r && capture && probe_i --psk-file "$TMP/psk" --ppk-id office-ppk --ppk-file "$TMP/ppk" --local-ts ${INNER_I%.*}.0/24 --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R --until echo; }
proofs() {
  prove 'isakmp.notify.msgtype == 16435' -ge 2
  prove 'esp && icmp' -ge 6
}
