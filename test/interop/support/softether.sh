# Sourced by the lab of ikev1-softether.test.ts: SoftEther's VPN server at r, as a responder of L2TP over IPsec.
# shellcheck shell=bash disable=SC2154
# softether_here: Debian's packages, unpacked beside the image of the guest; nothing of them starts by itself. Fails where they cannot be had.
softether_here() {
  local d=$VM_CACHE/softether
  [ -x "$d/usr/libexec/softether/vpnserver/vpnserver" ] && return
  (rm -rf "$d.part" && mkdir -p "$d.part" && cd "$d.part" && apt-get -qq download softether-vpnserver softether-vpncmd softether-common 2>/dev/null &&
    for deb in *.deb; do dpkg -x "$deb" .; done && rm -- *.deb) && mv "$d.part" "$d"
}
# softether_up SECRET: it keeps its files where nobody else sees them.
softether_up() {
  bg softether ip netns exec "$NS-r" env LANG=C bash -c '
    for d in /run /var/lib /var/log; do mount -t tmpfs tmpfs $d; mkdir $d/softether; done
    cd "$1/vpnserver" || exit 1
    (until ss -lnt | grep -q :5555; do sleep 0.1; done
     ../vpncmd/vpncmd 127.0.0.1:5555 /SERVER /CMD IPsecEnable /L2TP:yes /L2TPRAW:yes /ETHERIP:yes "/PSK:$2" /DEFAULTHUB:DEFAULT) &
    exec ./vpnserver execsvc' - "$VM_CACHE/softether/usr/libexec/softether" "$1"
  wait_for 30 softether_listens || { cat "$TMP/softether.out"; return 1; }
}
softether_listens() { ns r ss -lnu | grep -q ':500 '; }
