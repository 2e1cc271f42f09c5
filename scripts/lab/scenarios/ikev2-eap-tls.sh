title='IKEv2 with EAP-TLS: certificates at both ends, the client'"'"'s inside TLS 1.2; virtual address; our own probe as the initiator'
peers='vpndoctor probe peer - strongSwan 5.9.8 with userland ESP'
keys_from=r
setup() {
  PLUGINS_USER+=' eap-tls'
  make_ca; certificate i 2048; certificate r 2048; our_certificate
  conn r r.auth=eap-tls r.eap_id=%any c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts= c.send_cert=always
}
run() { start r && capture && probe_i "${OUR_CERTIFICATE[@]}" --eap-method tls --virtual-ip --remote-ts ${INNER_R%.*}.0/24 --ping $INNER_R --until echo; }
proofs() {
  prove 'eap.type == 13' -ge 6
  prove 'isakmp.cfg.type == 2' -eq 1
  prove 'esp && icmp' -ge 6
}
