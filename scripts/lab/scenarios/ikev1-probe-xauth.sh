title='IKEv1 main mode, then XAuth with a user name, then mode config for the inner address, our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
ike=ikev1 keys_from=r
setup() {
  conn r c.version=1 c.proposals=aes256-sha256-modp2048 k.esp_proposals=aes128-sha256 l.round=1 r.round=1 connections.lab.remote-xauth.round=2 \
    connections.lab.remote-xauth.auth=xauth c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts= \
    secrets.xauth-1.id=test-user secrets.xauth-1.secret=vpndoctor-test-password-not-secret
  printf %s "$PSK" >"$TMP/psk"; printf %s vpndoctor-test-password-not-secret >"$TMP/password"
}
run() {
  start r && capture &&
    probe_i --ikev1 --psk-file "$TMP/psk" --ike aes256-sha256-modp2048 --esp aes128-sha256 --xauth-user test-user --xauth-password-file "$TMP/password" \
      --virtual-ip --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R --until echo
}
proofs() {
  prove 'isakmp.exchangetype == 2' -ge 6
  prove 'isakmp.exchangetype == 6' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 3
  prove 'esp && icmp' -ge 6
}
