title='A vpnc client (IKEv1 aggressive mode, XAuth, mode config, its own ESP) against strongSwan' ike=ikev1
peers='vpnc 0.5.3 - strongSwan 5.9.8 with userland ESP' keys_from=r
setup() {
  conn r c.version=1 c.aggressive=yes c.proposals=aes128-sha1-modp1024 k.esp_proposals=aes128-sha1 l.round=1 r.round=1 r.id=%any c.pools=inner pools.inner.addrs=10.79.0.0/28 \
    l.id=$ADDR_R k.local_ts=0.0.0.0/0 k.remote_ts= connections.lab.remote-xauth.round=2 connections.lab.remote-xauth.auth=xauth \
    ss.i_dont_care_about_security_and_use_aggressive_mode_psk=yes secrets.xauth-1.id=test-user secrets.xauth-1.secret=vpndoctor-test-password-not-secret
}
run() {
  printf '#!/bin/sh\n[ "$reason" = connect ] && ip addr add $INTERNAL_IP4_ADDRESS/32 dev $TUNDEV && ip link set $TUNDEV up mtu 1400 && ip route add %s.0/24 dev $TUNDEV\nexit 0\n' "${INNER_R%.*}" >"$TMP/vpnc-script"; chmod +x "$TMP/vpnc-script"
  printf '%s\n' "IPSec gateway $ADDR_R" 'IPSec ID test-group' "IPSec secret $PSK" 'Xauth username test-user' 'Xauth password vpndoctor-test-password-not-secret' \
    'IKE DH Group dh2' 'Perfect Forward Secrecy nopfs' "Script $TMP/vpnc-script" "Pidfile $TMP/vpnc.pid" 'Local Port 500' 'No Detach' >"$TMP/vpnc.conf"
  start r && capture && bg vpnc ip netns exec "$NS-i" vpnc "$TMP/vpnc.conf"
  wait_for 10 ns i ping -n -q -c 1 -W 1 -I 10.79.0.1 $INNER_R && INNER_I=10.79.0.1 ping_inner 3; stop vpnc; sleep 1
}
proofs() {
  prove 'isakmp.exchangetype == 4' -ge 3
  prove 'isakmp.exchangetype == 6' -ge 4
  prove 'esp && icmp.type == 0' -ge 4
}
