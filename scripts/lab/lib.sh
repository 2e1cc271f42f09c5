# Shared by the lab (sourced by record.sh). Needs root. All of it lives in namespaces named $NS-*, in $TMP
# and, for kernel ESP, in two QEMU guests; lab_down removes every trace, also after a failure or Ctrl-C.
#
#   i 198.51.100.1 ---- 198.51.100.254  m  203.0.113.254 ---- 203.0.113.2 r       inner: i 10.78.0.1, r 10.77.0.1
#   (nat=yes: i is 192.168.7.2 and m masquerades)       v6=yes: outer addresses 2001:db8:1::1 and 2001:db8:2::2 too
#
# Faults belong to m (the path) or to one peer's configuration. Captures are taken at i unless a scenario says otherwise.
# shellcheck shell=bash disable=SC2034,SC2154,SC2100,SC2178
set -u
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ADDR_I=198.51.100.1 GW_I=198.51.100.254
ADDR_R=203.0.113.2 GW_R=203.0.113.254
ADDR6_I=2001:db8:1::1 GW6_I=2001:db8:1::fe ADDR6_R=2001:db8:2::2 GW6_R=2001:db8:2::fe
INNER_I=10.78.0.1 INNER_R=10.77.0.1
PSK=vpndoctor-test-psk-not-secret
LIBRESWAN='libreswan 4.10 with kernel ESP - libreswan 4.10 with kernel ESP'
# An explicit plugin list; no gcm (openssl's is eight times faster). kernel-libipsec only where the kernel has no ESP of its own.
PLUGINS='random nonce drbg aes sha1 sha2 md5 hmac cmac xcbc ctr ccm kdf chapoly curve25519 gmp openssl gcrypt fips-prf pem pkcs1 pkcs8 pkcs12 x509 pubkey constraints revocation'
PLUGINS_USER='kernel-netlink socket-default vici updown eap-identity eap-mschapv2 xauth-generic attr resolve unity counters'
# shellcheck source=vm.sh
. "$LAB/vm.sh"
# shellcheck source=openvpn.sh
. "$LAB/openvpn.sh"

# ---- processes and clean-up -------------------------------------------------------------------------------------
# lab_begin: names, scratch folder and trap of one run. VPNDOCTOR_LAB_NAME: what the namespaces' names begin with.
lab_begin() {
  NS=${VPNDOCTOR_LAB_NAME:-vd}-$$ TMP=$(mktemp -d "${TMPDIR:-/tmp}/vd-lab.XXXXXX") PIDS=()
  mkdir -p "$TMP/i" "$TMP/r" "$TMP/q"
  trap lab_down EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}
lab_down() {
  trap - EXIT INT TERM
  local n
  jobs -p | xargs -r kill 2>/dev/null
  stop_all
  for n in i m r q; do
    [ -e "/run/netns/$NS-$n" ] || continue
    ip netns pids "$NS-$n" | xargs -r kill -9 2>/dev/null # nothing but ours can be in a namespace we made
    ip netns del "$NS-$n"
  done
  if [ -n "${KEEP:-}" ]; then echo "kept: $TMP" >&2; else rm -rf "$TMP"; fi
}
# bg NAME CMD…: start in the background and remember the pid.  stop NAME [SIGNAL]: end it, by force after five seconds.
bg() { local n=$1; shift; "$@" >>"$TMP/$n.out" 2>&1 & PIDS+=("$n:$!"); disown $!; }
pid_of() { local e; for e in "${PIDS[@]:-}"; do [ "${e%%:*}" = "$1" ] && echo "${e##*:}"; done | tail -n 1; }
stop() {
  local p e keep=(); p=$(pid_of "$1"); [ -n "$p" ] || return 0
  kill "${2:--TERM}" "$p" 2>/dev/null
  for _ in $(seq 50); do kill -0 "$p" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$p" 2>/dev/null
  for e in "${PIDS[@]}"; do [ "$e" = "$1:$p" ] || keep+=("$e"); done
  PIDS=("${keep[@]:-}")
}
stop_all() { local e; for e in "${PIDS[@]:-}"; do [ -n "$e" ] && stop "${e%%:*}"; done; }
# A wait that a signal can end, unlike a command in the foreground.
sleep() { command sleep "$@" & wait $!; }
# wait_for SECONDS CMD…: poll until CMD succeeds.
wait_for() { local t=$(($1 * 10)); shift; while ! "$@" >/dev/null 2>&1; do t=$((t - 1)); [ $t -gt 0 ] || return 1; sleep 0.1; done; }

# ---- network -----------------------------------------------------------------------------------------------------
ns() { local n=$1; shift; ip netns exec "$NS-$n" "$@"; }
# on i|r CMD…: run at a peer, in its namespace or in its guest.
on() { local n=$1; shift; if [ "$lab" = vm ]; then vm_exec "$n" "$*"; else ns "$n" "$@"; fi; }

net_up() {
  local n
  if [ "$nat" = yes ]; then ADDR_I=192.168.7.2 GW_I=192.168.7.1; fi
  ip netns add "$NS-m"; quiet_ns m
  if [ "$nat" = yes ]; then # a new source port too, as home routers with a second client do
    ns m nft 'add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; }; add rule ip nat post oifname "t-r" masquerade random'
  fi
  if [ "$lab" = vm ]; then vm_up && vm_v6; return; fi
  for n in i r; do ip netns add "$NS-$n"; quiet_ns $n; done
  ip link add i0 netns "$NS-i" type veth peer name t-i netns "$NS-m"
  ip link add r0 netns "$NS-r" type veth peer name t-r netns "$NS-m"
  link_up i i0 $ADDR_I/24; link_up m t-i $GW_I/24; ns i ip route add default via $GW_I
  link_up r r0 $ADDR_R/24; link_up m t-r $GW_R/24; ns r ip route add default via $GW_R
  ns i ip addr add $INNER_I/24 dev lo
  ns r ip addr add $INNER_R/24 dev lo
  if [ "$v6" = yes ]; then
    for n in "i i0 $ADDR6_I" "m t-i $GW6_I" "r r0 $ADDR6_R" "m t-r $GW6_R"; do
      set -- $n; ns "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=0"; ns "$1" ip addr add "$3/64" dev "$2" nodad
    done
    ns i ip route add default via $GW6_I; ns r ip route add default via $GW6_R
    sleep 3 # link-local addresses settle
  fi
}
vm_v6() {
  [ "$v6" = yes ] || return 0
  local n
  for n in "t-i $GW6_I" "t-r $GW6_R"; do set -- $n; ns m sysctl -qw "net.ipv6.conf.$1.disable_ipv6=0"; ns m ip addr add "$2/64" dev "$1" nodad; done
  for n in "i $ADDR6_I $GW6_I" "r $ADDR6_R $GW6_R"; do
    set -- $n; vm_exec "$1" "sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0; ip addr add $2/64 dev eth0 nodad; ip -6 route add default via $3"
  done
}
quiet_ns() {
  ns "$1" ip link set lo up
  ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
    net.ipv4.conf.all.promote_secondaries=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0 \
    net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.icmp_ratelimit=0
}
# Segmentation and checksum offload off, so that captures show what a wire would.
link_up() { ns "$1" ip addr add "$3" dev "$2"; ns "$1" ip link set "$2" up; ns "$1" ethtool -K "$2" tso off gso off gro off tx off rx off >/dev/null 2>&1; }

# path 'RULE…': a rule of nft syntax for packets that m forwards, e.g.  path iifname t-r udp sport 4500 drop
path() {
  ns m nft 'add table inet path; add chain inet path through { type filter hook forward priority 0; }'
  ns m nft "add rule inet path through $*"
}
path_clear() { ns m nft flush table inet path; }
# slow RATE: i's uplink, so that answers do not come before charon has put its SA back (it ignores those).
slow() { ns i tc qdisc add dev i0 root tbf rate "$1" burst 600 limit 30000; }
# at i|r 'RULE…': the same for packets that arrive at a peer of the namespace lab.
at() {
  local n=$1; shift
  ns "$n" nft 'add table inet at; add chain inet at in { type filter hook input priority 0; }'
  ns "$n" nft "add rule inet at in $*"
}

# second_gateway: q, with r's address, beside it; m sends each new UDP 500 packet of i to the other one (no memory of flows).
second_gateway() {
  ip netns add "$NS-q"; quiet_ns q
  ip link add q0 netns "$NS-q" type veth peer name t-q netns "$NS-m"
  link_up q q0 $ADDR_R/24; ns q ip route add default via $GW_R; ns q ip addr add $INNER_R/24 dev lo
  ns m ip link set t-q up; ns m ethtool -K t-q tso off gso off gro off tx off rx off >/dev/null 2>&1
  ns m ip route add $ADDR_R dev t-q table 2; ns m ip rule add fwmark 2 table 2
  ns m nft 'add table ip spread; add chain ip spread pre { type filter hook prerouting priority -150; }'
  ns m nft 'add rule ip spread pre iifname t-i udp dport 500 meta mark set numgen inc mod 2 map { 0 : 1, 1 : 2 }'
}

# ---- capture -----------------------------------------------------------------------------------------------------
# capture [i|r|m] [DEVICE] [TCPDUMP ARGUMENT…]: one capture a scenario, all packets whole.
capture() {
  local n=${1:-i} dev=${2:-}; shift $(($# < 2 ? $# : 2))
  if [ "$lab" = vm ]; then [ "$n" = m ] || dev=${dev:-t-$n}; n=m; else dev=${dev:-${n}0}; fi
  [ "$n$dev" = mm0 ] && dev=t-i
  # What an earlier one has said is no sign that this one listens.
  : >"$TMP/tcpdump.out"
  bg tcpdump ip netns exec "$NS-$n" tcpdump --immediate-mode -n -U -Z root -s 0 -i "$dev" -w "$TMP/capture.pcap" "$@"
  wait_for 60 grep -q 'listening on' "$TMP/tcpdump.out" || { cat "$TMP/tcpdump.out" >&2; return 1; }
}
# capture_end: what is under way arrives, and tcpdump has read all that came: it sleeps.
capture_end() { sleep 0.5; wait_for 20 asleep "$(pid_of tcpdump)"; stop tcpdump; }
asleep() { [ ! -e "/proc/$1/status" ] || grep -q '^State:.S' "/proc/$1/status"; }

# as_pcapng: the same packets in the other file format.
as_pcapng() { editcap -F pcapng "$TMP/capture.pcap" "$TMP/capture.pcapng" && mv "$TMP/capture.pcapng" "$TMP/capture.pcap"; }

# ---- strongSwan --------------------------------------------------------------------------------------------------
# Settings are paths of swanctl.conf, later ones win, an empty value removes one. Short forms:
#   c.X  connections.lab.X       k.X  connections.lab.children.net.X       l.X / r.X  its local / remote section
#   ss.X  strongswan.conf, section charon
declare -A CONF_I CONF_R CONF_Q
long_key() {
  case $1 in
    c.*) echo "connections.lab.${1#c.}" ;;
    k.*) echo "connections.lab.children.net.${1#k.}" ;;
    l.*) echo "connections.lab.local.${1#l.}" ;;
    r.*) echo "connections.lab.remote.${1#r.}" ;;
    *) echo "$1" ;;
  esac
}
conn() { # conn i|r|q KEY=VALUE…
  local -n conf=CONF_${1^^}; shift
  local kv; for kv in "$@"; do conf[$(long_key "${kv%%=*}")]=${kv#*=}; done
}
both() { conn i "$@"; conn r "$@"; }
psk() { conn "$1" "secrets.ike-1.secret=$2"; }
conn_defaults() {
  both c.version=2 c.proposals=aes128-sha256-modp2048 k.esp_proposals=aes128-sha256 c.mobike=no c.rekey_time=0 k.rekey_time=0 \
    l.auth=psk r.auth=psk k.start_action=none secrets.ike-1.secret=$PSK
  conn i c.local_addrs=$ADDR_I c.remote_addrs=$ADDR_R l.id=client.example r.id=gateway.example k.local_ts=${INNER_I%.*}.0/24 k.remote_ts=${INNER_R%.*}.0/24
  conn r c.local_addrs=$ADDR_R l.id=gateway.example r.id=client.example k.local_ts=${INNER_R%.*}.0/24 k.remote_ts=${INNER_I%.*}.0/24
  # keys are logged (level 4 of ike and chd): that is where keys.json comes from
  both ss.load_modular=no ss.retry_initiate_interval=0 ss.plugins.openssl.load_legacy=yes ss.plugins.kernel-libipsec.load=yes \
    ss.filelog.f.default=1 ss.filelog.f.ike=4 ss.filelog.f.chd=4 ss.filelog.f.mgr=2 ss.filelog.f.time_format='%b %e %T' ss.filelog.f.ike_name=yes ss.filelog.f.flush_line=yes
}
# make_ca [PKI ARGUMENT…] / certificate i|r BITS|TYPE [PKI ARGUMENT…]: RSA of so many bits, or ed25519; by the peer's id, trusted by both; for tests only.
make_ca() {
  pki --gen --type rsa --size 2048 --outform pem >"$TMP/ca.key" 2>/dev/null
  pki --self --ca --in "$TMP/ca.key" --type rsa --dn 'C=XX, O=vpndoctor test, CN=vpndoctor test CA' --outform pem "$@" >"$TMP/ca.pem" 2>/dev/null
  local n; for n in i r; do mkdir -p "$TMP/$n/etc"/{x509,x509ca,private}; cp "$TMP/ca.pem" "$TMP/$n/etc/x509ca/"; done
}
certificate() {
  local n=$1 id d=$TMP/$1/etc key=(--type rsa --size "$2"); shift
  [[ $1 == [0-9]* ]] || key=(--type "$1")
  shift
  id=$([ "$n" = i ] && echo client.example || echo gateway.example)
  pki --gen "${key[@]}" --outform pem >"$d/private/$id.pem" 2>/dev/null
  pki --pub --in "$d/private/$id.pem" --type priv 2>/dev/null |
    pki --issue --cacert "$TMP/ca.pem" --cakey "$TMP/ca.key" --dn "C=XX, O=vpndoctor test, CN=$id" --san "$id" --flag serverAuth --outform pem "$@" >"$d/x509/$id.pem" 2>/dev/null
  conn "$n" l.auth=pubkey "l.certs=$id.pem"; conn "$([ "$n" = i ] && echo r || echo i)" r.auth=pubkey
}
# render <lines "path=value" : nested sections, as the parser of both files merges them.
render() {
  local line key val open close part
  while IFS= read -r line; do
    key=${line%%=*} val=${line#*=} open='' close=''
    [ -n "$val" ] || continue
    while [[ $key == *.* ]]; do part=${key%%.*}; key=${key#*.}; open+="$part { " close+=' }'; done
    printf '%s\n  %s = "%s"\n%s\n' "$open" "$key" "$val" "$close"
  done
}
settings_of() { # settings_of i|r|q; q is what r is, apart from its own
  local -n conf=CONF_${1^^}
  local k
  for k in "${!conf[@]}"; do echo "$k=${conf[$k]}"; done
  if [ "$1" = q ]; then for k in "${!CONF_R[@]}"; do [ -n "${conf[$k]+own}" ] || echo "$k=${CONF_R[$k]}"; done; fi
}
# start i|r: write the configuration, start charon, load.
start() {
  local n=$1 d=$TMP/$1 plugins
  plugins="$PLUGINS $([ "$lab" = vm ] || echo kernel-libipsec) $PLUGINS_USER"
  local run=$d; [ "$lab" = vm ] && run=/tmp/swan
  mkdir -p "$d/etc"
  settings_of "$n" | sort | grep -v '^ss\.' | render >"$d/etc/swanctl.conf"
  { settings_of "$n" | sed -n 's/^ss\./charon./p'
    echo "charon.load=$plugins"; echo "charon.plugins.vici.socket=unix://$run/vici"; echo "charon.filelog.f.path=$run/charon.log"; } |
    render >"$d/strongswan.conf"
  if [ "$lab" = vm ]; then
    vm_exec "$n" "mkdir -p /tmp/swan; base64 -d <<<$(tar -C "$d" -c etc strongswan.conf | gzip -9 | base64 -w0) | tar -xzm -C /tmp/swan
      STRONGSWAN_CONF=/tmp/swan/strongswan.conf setsid charon-systemd >/tmp/swan/out 2>&1 &"
  else
    # a private /run each, so that several daemons of one machine do not meet
    bg "charon-$n" env STRONGSWAN_CONF="$d/strongswan.conf" ip netns exec "$NS-$n" sh -c 'mount -t tmpfs t /run && exec charon-systemd'
  fi
  # shellcheck disable=SC2034
  wait_for 60 swan "$n" --stats || { echo "charon at $n did not start" >&2; tail -n 20 "$d/charon.log" "$TMP/charon-$n.out" >&2; return 1; }
  swan "$n" --load-all --noprompt >"$d/load.log" 2>&1 || { cat "$d/load.log" >&2; return 1; }
}
swan() {
  local n=$1 cmd=$2; shift 2
  if [ "$lab" = vm ]; then VM_TIMEOUT=130 vm_exec "$n" "SWANCTL_DIR=/tmp/swan/etc timeout 120 swanctl $cmd --uri unix:///tmp/swan/vici $*"
  else SWANCTL_DIR=$TMP/$n/etc timeout 120 ip netns exec "$NS-$n" swanctl "$cmd" --uri "unix://$TMP/$n/vici" "$@"; fi
}
# up [SECONDS] / down: initiate and close the tunnel from i. A failure is an answer too, so neither stops a run.
up() { swan i --initiate --child net --timeout "${1:-20}" >>"$TMP/i/swanctl.log" 2>&1 & wait $!; }
down() { swan i --terminate --ike lab --timeout 5 >>"$TMP/i/swanctl.log" 2>&1; sleep 0.3; }
# crash i|r: the daemon dies without a word to its peer.
crash() { if [ "$lab" = vm ]; then vm_exec "$1" 'kill -9 $(pidof charon-systemd pluto)'; else stop "charon-$1" -9; mv "$TMP/$1/charon.log" "$TMP/$1/charon-1.log"; fi; }
# ping_inner [COUNT] [PING ARGUMENT…]: through the tunnel, from i's inner address to r's.
ping_inner() { local c=${1:-3}; shift $(($# ? 1 : 0)); on i ping -n -q -c "$c" -i 0.2 -W 1 -I "$INNER_I" "$@" "$INNER_R" >>"$TMP/ping.log" 2>&1; }
# pings i|r COUNT ARGUMENT…: one after another, each waited for by itself; of several, ping gives the last one two round trips only.
pings() { local n=$1 c=$2; shift 2; for _ in $(seq "$c"); do ns "$n" ping -n -q -c 1 -W 5 "$@" || return 1; done; }
peers_up() { start r && start i; }
# probe_i [ARGUMENT…]: our own initiator at i, in strongSwan's place; keys_from=r then.  our_certificate: OUR_CERTIFICATE, the arguments for that of i.
probe_i() {
  ns i node "${VPNDOCTOR_BIN:-$LAB/../../bin/run.js}" probe peer "$ADDR_R" --id client.example --peer-id gateway.example "$@" --no-color >"$TMP/probe.log" 2>&1
}
our_certificate() { OUR_CERTIFICATE=(--cert "$TMP/i/etc/x509/client.example.pem" --key "$TMP/i/etc/private/client.example.pem" --ca "$TMP/ca.pem"); }
# ---- libreswan (in the guests) -----------------------------------------------------------------------------------
# start_pluto i|r [KEY=VALUE of config setup … --] KEY=VALUE…: one connection "lab"; the same text fits both ends. `whack --listen` comes back when
# the ports are open; `--status` is answered before.
start_pluto() {
  local n=$1 kv setup='' conn='' secret=$PSK; shift
  if [[ " $* " == *' -- '* ]]; then while [ "$1" != -- ]; do setup+="	$1"$'\n'; shift; done; shift; fi
  for kv in left=$ADDR_I leftid=@client.example "leftsubnet=${INNER_I%.*}.0/24" right=$ADDR_R rightid=@gateway.example "rightsubnet=${INNER_R%.*}.0/24" authby=secret auto=add "$@"; do
    if [ "${kv%%=*}" = psk ]; then secret=${kv#*=}; else conn+="	$kv"$'\n'; fi
  done
  printf 'config setup\n\tlogfile=/tmp/pluto.log\n%s\nconn lab\n%s' "$setup" "$conn" >"$TMP/$n/ipsec.conf"
  vm_exec "$n" "base64 -d <<<$(base64 -w0 "$TMP/$n/ipsec.conf") >/etc/ipsec.conf
    echo ': PSK \"$secret\"' >/etc/ipsec.secrets; chmod 600 /etc/ipsec.secrets; mkdir -p /run/pluto
    ipsec initnss && ipsec pluto --config /etc/ipsec.conf
    for i in \$(seq 300); do ipsec whack --listen >/dev/null 2>&1 && break; sleep 0.2; done
    ipsec auto --add lab" >"$TMP/$n/pluto-start.log" 2>&1 || { cat "$TMP/$n/pluto-start.log" >&2; return 1; }
}
pluto_up() { vm_exec i "timeout ${1:-50} ipsec auto --up lab" >>"$TMP/i/swanctl.log" 2>&1; }
pluto_down() { vm_exec i 'ipsec auto --down lab; sleep 0.3' >>"$TMP/i/swanctl.log" 2>&1; }
# save_xfrm: the kernel's SAs at i with their keys, xfrm-state.txt: all the keys libreswan lets out.
save_xfrm() { vm_exec i 'ip -d xfrm state' >"$TMP/xfrm-state.txt"; }

# fetch_logs: bring the guests' logs home.
fetch_logs() { local n; [ "$lab" = vm ] || return 0; for n in i r; do vm_exec $n 'cat /tmp/swan/charon.log 2>/dev/null' >"$TMP/$n/charon.log"; vm_exec $n 'cat /tmp/pluto.log 2>/dev/null' >"$TMP/$n/pluto.log"; done; }
