title='IKEv1 aggressive mode, then XAuth with a user name, then mode config for the inner address'
ike=ikev1
setup() {
  both c.version=1 c.aggressive=yes c.proposals=aes256-sha1-modp1024 k.esp_proposals=aes128-sha1 ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes \
    secrets.xauth-1.id=test-user secrets.xauth-1.secret=vpndoctor-test-password-not-secret
  both l.round=1 r.round=1
  conn i connections.lab.local-xauth.round=2 connections.lab.local-xauth.auth=xauth connections.lab.local-xauth.xauth_id=test-user c.vips=0.0.0.0 k.local_ts=
  conn r connections.lab.remote-xauth.round=2 connections.lab.remote-xauth.auth=xauth c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts=
}
run() { peers_up && capture && up && INNER_I=10.79.0.1 ping_inner 3 && down; }
proofs() {
  prove 'isakmp.exchangetype == 4' -ge 3
  prove 'isakmp.exchangetype == 6' -ge 6
  prove 'isakmp.exchangetype == 32' -ge 3
}
