# A VPN gateway in namespaces of its own, sourced by the tests of verify. Runs as root under
#   unshare --net --mount --pid --uts --fork --kill-child --mount-proc sh -eu
# and is gone, with its processes, interfaces, rules and files, when that shell ends. $PKI is a folder with certificates.
#
#   lan0 10.77.0.1, fd00:77::1   [ gateway ]   wan0 198.51.100.1, 2001:db8:1::1 ---- .254, ::fe ---- peers 203.0.113.2, .3, 2001:db8:2::2
#
# shellcheck shell=sh
PSK_OFFICE=Wq7-tR2m_Zk9vXb4Lp6sNd3H
PSK_BRANCH=uJ5cE8yG1oT0fA7iM2rQ9wKx
EXEMPT='ip daddr { 10.78.0.0/24, 10.79.0.0/24 } accept'
MASQUERADE='oifname wan0 ip saddr 10.77.0.0/24 masquerade'

# ---- certificates ------------------------------------------------------------------------------------------------
# pki: fills $PKI, once for all gateways. An expired one, one of a foreign name and a foreign key are there to be put in.
pki() (
  cd "$PKI"
  printf 'keyUsage=critical,keyCertSign,cRLSign\nbasicConstraints=critical,CA:TRUE\n' >ca.ext
  openssl req -new -newkey rsa:2048 -nodes -keyout ca.key -out ca.csr -subj '/O=vpndoctor test/CN=test CA'
  openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -extfile ca.ext -out ca.pem
  printf '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\norganizationName=optional\ncommonName=optional\n' >ca.conf
  : >index
  echo 1000 >serial
  for name in gw.example=gw other.example=other; do
    openssl req -new -newkey rsa:2048 -nodes -keyout "${name#*=}.key" -out "${name#*=}.csr" -subj "/O=vpndoctor test/CN=${name%%=*}"
  done
  issue gw gw gw1.example 20200101000000Z 20491231000000Z
  issue expired gw gw1.example 20200101000000Z 20210101000000Z
  issue early gw gw1.example 20450101000000Z 20491231000000Z
  issue foreign gw another.example 20200101000000Z 20491231000000Z
  issue coding gw gw1.example 20200101000000Z 20491231000000Z codeSigning
  issue revoked gw gw1.example 20200101000000Z 20491231000000Z
  openssl ca -config ca.conf -cert ca.pem -keyfile ca.key -revoke revoked.pem
  openssl ca -config ca.conf -cert ca.pem -keyfile ca.key -gencrl -crldays 3650 -out ca.crl
  openvpn --genkey tls-crypt tls-crypt.key
) >/dev/null 2>&1
# issue NAME REQUEST SUBJECTALTNAME START END [USAGE]
issue() {
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=%s\nkeyUsage=digitalSignature,keyEncipherment\nbasicConstraints=CA:FALSE\n' "$3" "${6:-serverAuth,clientAuth}" >"$1.ext"
  openssl ca -batch -notext -config ca.conf -cert ca.pem -keyfile ca.key -in "$2.csr" -out "$1.pem" -startdate "$4" -enddate "$5" -extfile "$1.ext"
}

# ---- the machine -------------------------------------------------------------------------------------------------
# Private copies of what belongs to a host; /sys shows the interfaces of the namespace.
files() {
  mount -t tmpfs none /mnt
  for top in etc usr var; do
    mkdir -p "/mnt/$top/upper" "/mnt/$top/work"
    mount -t overlay none -o "lowerdir=/$top,upperdir=/mnt/$top/upper,workdir=/mnt/$top/work" "/$top"
  done
  mount -t tmpfs none /run
  mount -t tmpfs none /dev/shm
  mount -t sysfs none /sys
  hostname gw1
  rm -rf /etc/ipsec.conf /etc/ipsec.secrets /etc/ipsec.d /etc/openvpn/server /etc/openvpn/client /etc/openvpn/*.conf /etc/swanctl/conf.d/*
  mkdir -p /etc/ipsec.d /etc/openvpn/server /etc/openvpn/client
}
# The far ends of the wires lie in a namespace that a sleeping process keeps.
wires() {
  unshare --net sleep 600 &
  far=$!
  until [ "$(readlink "/proc/$far/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  ip link set lo up
  for name in wan0 lan0; do
    ip link add "$name" type veth peer name "far-$name" netns "$far"
    sysctl -qw "net.ipv4.conf.$name.send_redirects=0" "net.ipv4.conf.$name.accept_redirects=0" "net.ipv6.conf.$name.accept_redirects=0"
    ip link set "$name" up
    nsenter -t "$far" -n ip link set "far-$name" up
  done
  ip addr add 198.51.100.1/24 dev wan0
  ip addr add 10.77.0.1/24 dev lan0
  ip addr add 2001:db8:1::1/64 dev wan0 nodad
  ip addr add fd00:77::1/64 dev lan0 nodad
  ip route add default via 198.51.100.254
  ip route add default via 2001:db8:1::fe
}
settings() {
  sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  for name in all default; do
    sysctl -qw "net.ipv4.conf.$name.send_redirects=0" "net.ipv4.conf.$name.accept_redirects=0" "net.ipv4.conf.$name.rp_filter=0" \
      "net.ipv6.conf.$name.accept_redirects=0"
  done
  for name in wan0 lan0; do
    sysctl -qw "net.ipv4.conf.$name.send_redirects=0" "net.ipv4.conf.$name.accept_redirects=0" "net.ipv6.conf.$name.accept_redirects=0"
  done
}
# rules [NAT]: what a careful admin has; NAT replaces the statements of the postrouting chain.
rules() {
  nft -f - <<RULES
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif "lo" accept
    ct state established,related accept
    meta l4proto { icmp, ipv6-icmp } accept
    iifname "wan0" udp dport { 500, 4500 } accept
    iifname "wan0" meta l4proto esp accept
    iifname "wan0" udp dport 1194 accept
    tcp dport 22 accept
    iifname "lan0" accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    tcp flags syn / syn,rst tcp option maxseg size set rt mtu
    ct state established,related accept
    meta l4proto { icmp, ipv6-icmp } accept
    iifname "lan0" accept
    iifname "wan0" ip saddr { 10.78.0.0/24, 10.79.0.0/24 } ip daddr 10.77.0.0/24 accept
    iifname "wan0" ip6 saddr fd00:78::/64 ip6 daddr fd00:77::/64 accept
    iifname "tun0" accept
  }
  chain output {
    type filter hook output priority filter; policy accept;
  }
}
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ${1:-$EXEMPT; $MASQUERADE}
  }
}
RULES
}

# ---- strongSwan: the real daemon ---------------------------------------------------------------------------------
swanctl_files() {
  cp "$PKI/ca.pem" /etc/swanctl/x509ca/
  cp "$PKI/gw.pem" /etc/swanctl/x509/
  cp "$PKI/gw.key" /etc/swanctl/private/
  chmod 600 /etc/swanctl/private/gw.key
  cat >/etc/swanctl/swanctl.conf <<CONF
connections {
  office {
    version = 2
    local_addrs = 198.51.100.1
    remote_addrs = 203.0.113.2
    proposals = aes256-sha256-modp2048
    local {
      auth = psk
      id = gw1.example
    }
    remote {
      auth = psk
      id = office.example
    }
    children {
      office {
        local_ts = 10.77.0.0/24
        remote_ts = 10.78.0.0/24
        esp_proposals = aes256-sha256-modp2048
        start_action = none
      }
    }
  }
  branch {
    version = 2
    local_addrs = 198.51.100.1
    remote_addrs = 203.0.113.3
    proposals = aes256-sha256-modp2048
    local {
      auth = pubkey
      certs = gw.pem
      id = gw1.example
    }
    remote {
      auth = pubkey
      id = branch.example
    }
    children {
      branch {
        local_ts = 10.77.0.0/24
        remote_ts = 10.79.0.0/24
        esp_proposals = aes256-sha256-modp2048
        start_action = none
      }
    }
  }
  office6 {
    version = 2
    local_addrs = 2001:db8:1::1
    remote_addrs = 2001:db8:2::2
    proposals = aes256-sha256-modp2048
    local {
      auth = psk
      id = gw1.example
    }
    remote {
      auth = psk
      id = office.example
    }
    children {
      office6 {
        local_ts = fd00:77::/64
        remote_ts = fd00:78::/64
        esp_proposals = aes256-sha256-modp2048
        start_action = none
      }
    }
  }
}
secrets {
  ike-office {
    id-1 = gw1.example
    id-2 = office.example
    secret = "$PSK_OFFICE"
  }
}
include conf.d/*.conf
CONF
  chmod 600 /etc/swanctl/swanctl.conf
}
start_charon() {
  for plugin in kernel-libipsec resolve; do
    if [ -e "/etc/strongswan.d/charon/$plugin.conf" ]; then echo "$plugin { load = no }" >"/etc/strongswan.d/charon/$plugin.conf"; fi
  done
  charon-systemd >/run/charon.out 2>&1 &
  daemon=$!
  wait_for udp_open 500
}

# What this machine has installed is not on that one.
no_strongswan() {
  rm -rf /usr/sbin/charon-systemd /usr/sbin/swanctl /usr/lib/ipsec /etc/swanctl
  printf '#!/bin/sh\nexit 1\n' >/usr/bin/dpkg-query
}

# ---- libreswan: its files, and a program of that name with its sockets --------------------------------------------
libreswan_files() {
  cat >/etc/ipsec.conf <<'CONF'
config setup
	uniqueids=yes

conn %default
	left=198.51.100.1
	leftid=@gw1.example
	leftsubnet=10.77.0.0/24
	leftsourceip=10.77.0.1
	authby=secret
	ikev2=insist
	ike=aes256-sha2_256-modp2048
	esp=aes256-sha2_256
	auto=add

conn office
	right=203.0.113.2
	rightid=@office.example
	rightsubnet=10.78.0.0/24

include /etc/ipsec.d/*.conf
CONF
  cat >/etc/ipsec.d/branch.conf <<'CONF'
conn branch
	right=203.0.113.3
	rightid=@branch.example
	rightsubnet=10.79.0.0/24
CONF
  cat >/etc/ipsec.secrets <<CONF
@gw1.example @office.example : PSK "$PSK_OFFICE"
@gw1.example @branch.example : PSK "$PSK_BRANCH"
CONF
  chmod 600 /etc/ipsec.secrets
  mkdir -p /usr/libexec/ipsec
  cp "$(command -v perl)" /usr/libexec/ipsec/pluto
  printf '#!/bin/sh\necho "Linux Libreswan 4.10 (XFRM) on $(uname -r)"\n' >/usr/sbin/ipsec
  chmod 755 /usr/sbin/ipsec
  no_strongswan
}
start_pluto() {
  hold /usr/libexec/ipsec/pluto udp:500 udp:4500
  daemon=$!
}

# ---- OpenVPN: the real daemon -------------------------------------------------------------------------------------
openvpn_files() {
  no_strongswan
  cp "$PKI/ca.pem" "$PKI/gw.pem" "$PKI/gw.key" "$PKI/tls-crypt.key" /etc/openvpn/server/
  chmod 600 /etc/openvpn/server/*.key
  cat >/etc/openvpn/server/road.conf <<'CONF'
port 1194
proto udp
dev tun0
dev-type tun
topology subnet
server 10.99.0.0 255.255.255.0
push "route 10.77.0.0 255.255.255.0"
ca /etc/openvpn/server/ca.pem
cert /etc/openvpn/server/gw.pem
key /etc/openvpn/server/gw.key
tls-crypt /etc/openvpn/server/tls-crypt.key
remote-cert-tls client
dh none
data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305
auth SHA256
keepalive 10 60
persist-key
persist-tun
CONF
}
start_openvpn() {
  openvpn --config /etc/openvpn/server/road.conf >/run/openvpn.out 2>&1 &
  daemon=$!
  wait_for ip addr show tun0
  wait_for udp_open 1194
}

# ---- tools -------------------------------------------------------------------------------------------------------
wait_for() {
  tries=1200
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { echo "waited in vain for: $*" >&2; cat /run/*.out >&2; return 1; }
    sleep 0.05
  done
}
udp_open() { ss -H -l -n -u "sport = :$1" | grep -q .; }
stop_daemon() { kill -9 "$daemon"; wait "$daemon" 2>/dev/null || true; }
# hold PROGRAM PROTOCOL:PORT…: a process of that name (a copy of perl) that has the ports and does nothing.
hold() {
  program=$1
  shift
  # shellcheck disable=SC2016
  "$program" -MSocket -e 'for (@ARGV) { my ($p, $n) = split /:/; for my $f (AF_INET, AF_INET6) { socket(my $s, $f, $p eq "tcp" ? SOCK_STREAM : SOCK_DGRAM, 0) or die $!;
    setsockopt($s, 41, 26, 1) if $f == AF_INET6; bind($s, $f == AF_INET ? pack_sockaddr_in($n, INADDR_ANY) : pack_sockaddr_in6($n, "\0" x 16)) or die $!;
    setsockopt($s, 17, 100, pack("i", 2)) if $n == 4500; push @keep, $s } } open(my $r, ">", "/run/held.$$"); close $r; sleep 600' "$@" &
  wait_for test -e "/run/held.$!"
}
conf() { sed -i "$@"; }

swan() { files; wires; settings; rules; swanctl_files; start_charon; }
libre() { files; wires; settings; rules; libreswan_files; start_pluto; }
ovpn() { files; wires; settings; rules; openvpn_files; start_openvpn; }
