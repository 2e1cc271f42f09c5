title='IKEv2 to a peer that is configured for IKEv1 only'
healthy=false outcome=failed finding=ike/no-proposal-chosen keys=no
fault="the responder's connection is version 1 only"
notes='charon answers an IKEv2 offer to a version 1 connection with N(NO_PROPOSAL_CHOSEN), not with INVALID_MAJOR_VERSION: on the wire the same as a proposal mismatch.'
setup() { conn r c.version=1; }
run() { peers_up && capture && up; sleep 1; }
proofs() {
  prove 'isakmp.exchangetype == 34' -ge 2
  prove 'isakmp.notify.msgtype == 14' -eq 1
}
