#!/bin/bash
# Installs the Debian packages the lab needs. Idempotent. Needs root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

netns=(tcpdump tshark iproute2 iputils-ping nftables ethtool socat procps python3 iperf3
  strongswan-swanctl charon-systemd libcharon-extra-plugins libcharon-extauth-plugins
  libstrongswan-extra-plugins strongswan-pki vpnc openvpn openssl gcc libc6-dev nodejs)
vm=(qemu-system-x86 debootstrap cpio busybox-static e2fsprogs)

want=("${netns[@]}" "${vm[@]}")
[ "${1:-}" = --netns ] && want=("${netns[@]}")
command -v node >/dev/null && want=("${want[@]/nodejs/}") # any Node will do

missing=()
for p in "${want[@]}"; do
  [ -n "$p" ] || continue
  dpkg-query -W -f='${Status}\n' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get -qq -o DPkg::Lock::Timeout=600 update
  apt-get -qq -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "${missing[@]}"
fi
# The lab starts its own daemons; the packaged unit would hold UDP 500 for nothing.
if [ -d /run/systemd/system ]; then systemctl disable --now strongswan.service >/dev/null 2>&1 || true; fi
echo "lab packages: ok (${#missing[@]} newly installed)"
