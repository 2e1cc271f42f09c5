title='IKEv2 with EAP-MSCHAPv2: certificate of the gateway, user name and password, virtual address'
setup() {
  make_ca; certificate r 2048
  conn i l.auth=eap-mschapv2 l.eap_id=test-user c.vips=0.0.0.0 k.local_ts= secrets.eap-1.id=test-user secrets.eap-1.secret=vpndoctor-test-password-not-secret
  conn r r.auth=eap-mschapv2 r.eap_id=%any c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts= c.send_cert=always \
    secrets.eap-1.id=test-user secrets.eap-1.secret=vpndoctor-test-password-not-secret
}
run() { peers_up && capture && up && INNER_I=10.79.0.1 ping_inner 3 && down; }
proofs() {
  prove 'isakmp.exchangetype == 35' -ge 8
  prove 'eap.type == 26' -ge 4
  prove 'isakmp.cfg.type == 2' -eq 1
}
