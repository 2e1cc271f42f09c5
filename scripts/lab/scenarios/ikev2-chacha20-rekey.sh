title='IKEv2 with ChaCha20-Poly1305 for IKE and ESP, both rekeyed, the child with PFS too; our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
keys_from=r
setup() { conn r c.proposals=chacha20poly1305-prfsha256-x25519 k.esp_proposals=chacha20poly1305-x25519,chacha20poly1305; printf %s "$PSK" >"$TMP/psk"; }
run() { start r && capture && probe_i --psk-file "$TMP/psk" --local-ts ${INNER_I%.*}.0/24 --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R; }
proofs() {
  prove 'isakmp.exchangetype == 36' -ge 4
  prove 'esp' -ge 6
}
