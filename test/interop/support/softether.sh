# Sourced by the labs of ikev1-softether.test.ts and openvpn-softether.test.ts: SoftEther's VPN server at r.
# shellcheck shell=bash disable=SC2154
# softether_here: Debian's packages, unpacked beside the image of the guest; nothing of them starts by itself. Fails where they cannot be had.
softether_here() {
  local d=$VM_CACHE/softether
  [ -x "$d/usr/libexec/softether/vpnserver/vpnserver" ] && return
  (rm -rf "$d.part" && mkdir -p "$d.part" && cd "$d.part" && apt-get -qq download softether-vpnserver softether-vpncmd softether-common 2>/dev/null &&
    for deb in *.deb; do dpkg -x "$deb" .; done && rm -- *.deb) && mv "$d.part" "$d"
}
# softether_run LINE…: the server, told these lines as its administrator. It keeps its files where nobody else sees them.
softether_run() {
  printf '%s\n' "$@" >"$TMP/softether.cmds"
  bg softether ip netns exec "$NS-r" env LANG=C bash -c '
    for d in /run /var/lib /var/log; do mount -t tmpfs tmpfs $d; mkdir $d/softether; done
    cd "$1/vpnserver" || exit 1
    (until ss -lnt | grep -q :5555; do sleep 0.1; done
     ../vpncmd/vpncmd 127.0.0.1:5555 /SERVER "/IN:$2" && touch "$2.done") &
    exec ./vpnserver execsvc' - "$VM_CACHE/softether/usr/libexec/softether" "$TMP/softether.cmds"
}
# softether_up SECRET: as a responder of L2TP over IPsec.
softether_up() {
  softether_run "IPsecEnable /L2TP:yes /L2TPRAW:yes /ETHERIP:yes /PSK:$1 /DEFAULTHUB:DEFAULT"
  wait_for 30 softether_listens 500 || { cat "$TMP/softether.out"; return 1; }
}
# softether_openvpn USER PASSWORD: as a server of OpenVPN on UDP and TCP 1194; a virtual host inside is 192.168.30.1, with DHCP. To whoever
# bridges it gives no address. Its certificate, made by itself: $TMP/softether.crt.
softether_openvpn() {
  softether_run 'PortsUDPSet 1194' 'ProtoOptionsSet OpenVPN /NAME:PushDummyIPv4AddressOnL2Mode /VALUE:false' 'Hub DEFAULT' SecureNatEnable \
    "UserCreate $1 /GROUP:none /REALNAME:none /NOTE:none" "UserPasswordSet $1 /PASSWORD:$2"
  wait_for 60 test -e "$TMP/softether.cmds.done" && wait_for 30 softether_listens 1194 || { cat "$TMP/softether.out"; return 1; }
  ns i openssl s_client -connect "$ADDR_R:5555" </dev/null 2>/dev/null | openssl x509 -out "$TMP/softether.crt"
}
softether_listens() { ns r ss -lnu | grep -q ":$1 "; }
