title='IKEv2 with Ed25519 certificates at both ends, our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
keys_from=r
setup() { make_ca; certificate i ed25519; certificate r ed25519; our_certificate; }
run() { start r && capture && probe_i "${OUR_CERTIFICATE[@]}" --local-ts ${INNER_I%.*}.0/24 --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R --until echo; }
proofs() {
  prove 'isakmp.auth.method == 14' -eq 2
  prove 'esp && icmp' -ge 6
}
