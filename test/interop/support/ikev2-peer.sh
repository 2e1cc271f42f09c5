# Sourced by the lab of ikev2-*.test.ts: keys and certificates of every kind, made once, and a peer that is started anew for each scene.
# shellcheck shell=bash disable=SC2034,SC2154
PLUGINS_USER="$PLUGINS_USER eap-tls eap-md5 eap-gtc eap-ttls eap-dynamic"
PKI=$TMP/pki

# key_pair NAME TYPE [SIZE]: NAME.key.
key_pair() { pki --gen --type "$2" ${3:+--size "$3"} --outform pem >"$PKI/$1.key" 2>/dev/null; }
# authority NAME SUBJECT: NAME.key and NAME.pem, self-signed.
authority() {
  key_pair "$1" rsa 2048
  pki --self --ca --in "$PKI/$1.key" --type rsa --dn "C=XX, O=vpndoctor test, CN=$2" --outform pem >"$PKI/$1.pem" 2>/dev/null
}
# issue AUTHORITY NAME ID [PKI ARGUMENT…]: NAME.pem for the key NAME.key.
issue() {
  local ca=$1 name=$2 id=$3; shift 3
  pki --pub --in "$PKI/$name.key" --type priv 2>/dev/null |
    pki --issue --cacert "$PKI/$ca.pem" --cakey "$PKI/$ca.key" --dn "C=XX, O=vpndoctor test, CN=$id" --san "$id" --outform pem "$@" >"$PKI/$name.pem" 2>/dev/null
}
# make_pki: client-KIND and gateway-KIND for each kind of key. Ten seconds of work: done once on a machine, for all labs.
make_pki() {
  local made to=$PKI; made=$VM_CACHE/pki-$(sha256sum <"${BASH_SOURCE[0]}" | cut -c1-16)
  mkdir -p "$VM_CACHE"
  (
    exec 9>"$VM_CACHE/pki.lock"; flock 9
    if [ ! -d "$made" ]; then
      rm -rf "$VM_CACHE"/pki-*/ "$VM_CACHE/pki.part"
      PKI=$VM_CACHE/pki.part; new_pki && mv "$PKI" "$made"
    fi
    cp -r "$made" "$to" # within the lock: another version of this file would take it away
  )
}
new_pki() {
  mkdir -p "$PKI"
  authority ca 'vpndoctor test CA'; authority other-ca 'another CA'
  local kind end id
  for kind in rsa-2048 rsa-4096 ecdsa-256 ecdsa-384 ecdsa-521 ed25519 ed448; do
    for end in client gateway; do
      # shellcheck disable=SC2086
      key_pair "$end-$kind" ${kind/-/ }
      issue ca "$end-$kind" "$end.example" --flag serverAuth --flag clientAuth
      openssl pkey -in "$PKI/$end-$kind.key" -pubout -out "$PKI/$end-$kind.pub"
    done
  done
  key_pair middle rsa 2048
  pki --pub --in "$PKI/middle.key" --type rsa 2>/dev/null |
    pki --issue --ca --cacert "$PKI/ca.pem" --cakey "$PKI/ca.key" --dn 'C=XX, O=vpndoctor test, CN=intermediate CA' --outform pem >"$PKI/middle.pem" 2>/dev/null
  for end in client gateway; do
    key_pair "$end-below" rsa 2048; issue middle "$end-below" "$end.example" --flag serverAuth
    key_pair "$end-other" rsa 2048; issue other-ca "$end-other" "$end.example" --flag serverAuth
    key_pair "$end-expired" rsa 2048
    issue ca "$end-expired" "$end.example" --flag serverAuth --not-before '01.01.25 00:00:00' --not-after '01.02.25 00:00:00'
    key_pair "$end-renamed" rsa 2048; issue ca "$end-renamed" "$end.elsewhere.example" --flag serverAuth
    # the key of somebody else beside a certificate that is in order
    key_pair "$end-wrong-key" rsa 2048; issue ca "$end-wrong-key" "$end.example" --flag serverAuth; key_pair "$end-wrong-key" rsa 2048
    cat "$PKI/$end-below.pem" "$PKI/middle.pem" >"$PKI/$end-chain.pem"
  done
  cp "$PKI/client-below.key" "$PKI/client-chain.key"
}
# gateway_certificate KIND [CA]: r proves itself with it and wants the client's; it trusts CA.
gateway_certificate() {
  local d=$TMP/r/etc
  mkdir -p "$d"/{x509,x509ca,private}
  cp "$PKI/gateway-$1.pem" "$d/x509/gateway.pem"; cp "$PKI/gateway-$1.key" "$d/private/gateway.pem"; cp "$PKI/${2:-ca}.pem" "$d/x509ca/"
  conn r l.auth=pubkey l.certs=gateway.pem r.auth=pubkey c.send_cert=always
}
# known_keys KIND [KIND OF THE CLIENT]: r and its peer have each other's public key, no certificates.
known_keys() {
  local d=$TMP/r/etc
  mkdir -p "$d"/{pubkey,private}
  cp "$PKI/gateway-$1.key" "$d/private/gateway.pem"
  cp "$PKI/gateway-$1.pub" "$d/pubkey/gateway.pem"; cp "$PKI/client-${2:-$1}.pub" "$d/pubkey/client.pem"
  conn r l.auth=pubkey l.pubkeys=gateway.pem r.auth=pubkey r.pubkeys=client.pem
}
# users: EAP names that r knows.
users() { conn r secrets.eap-1.id=anna secrets.eap-1.secret=test-password-not-secret; }
# eap METHOD: r asks for it and gives addresses.
eap() {
  users
  conn r "r.auth=eap-$1" r.eap_id=%any r.id=%any c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts=
}
# fresh_peer SCRIPT: strongSwan at r with the settings of SCRIPT, all else as conn_defaults has it.
fresh_peer() {
  if [ "$lab" = vm ]; then no_daemon; else [ -z "$(pid_of charon-r)" ] || stop charon-r; fi
  rm -rf "$TMP/r"; mkdir -p "$TMP/r"
  CONF_I=() CONF_R=(); conn_defaults
  eval "$1" && start r
}

# ---- in the guest, where we are the router beside it
# no_daemon: neither strongSwan nor libreswan runs there any more, and the kernel has nothing of theirs.
no_daemon() {
  vm_exec r 'ipsec whack --shutdown >/dev/null 2>&1; kill $(pidof charon-systemd iked) 2>/dev/null
    for i in $(seq 50); do [ -z "$(pidof pluto charon-systemd iked)" ] && break; sleep 0.1; done
    kill -9 $(pidof pluto charon-systemd iked) 2>/dev/null; ip xfrm state flush; ip xfrm policy flush; rm -rf /tmp/swan /tmp/pluto.log /tmp/iked.log; true'
}
# fresh_pluto KEY=VALUE…: libreswan with these settings of its connection, later ones win; we are at the router's address.
fresh_pluto() {
  local -A conn=([left]=$GW_R [leftid]=@client.example [leftsubnet]=10.78.0.0/24 [right]=$ADDR_R [rightid]=@gateway.example [rightsubnet]=10.77.0.0/24
    [authby]=secret [ikev2]=insist [auto]=add)
  local kv text='' key
  for kv in "$@"; do conn[${kv%%=*}]=${kv#*=}; done
  for key in "${!conn[@]}"; do [ -z "${conn[$key]}" ] || text+="	$key=${conn[$key]}"$'\n'; done
  local setup=$'config setup\n\tlogfile=/tmp/pluto.log\n'
  [ "${conn[ikev2]}" != no ] || setup+=$'\tikev1-policy=accept\n'
  printf '%sconn lab\n%s' "$setup" "$text" >"$TMP/ipsec.conf"
  no_daemon
  mkdir -p "$TMP/r"
  vm_exec r "base64 -d <<<$(base64 -w0 "$TMP/ipsec.conf") >/etc/ipsec.conf; echo ': PSK \"$PSK\"' >/etc/ipsec.secrets; chmod 600 /etc/ipsec.secrets
    mkdir -p /run/pluto; [ -e /var/lib/ipsec/nss/cert9.db ] || ipsec initnss; ipsec pluto --config /etc/ipsec.conf
    for i in \$(seq 300); do ipsec whack --listen >/dev/null 2>&1 && break; sleep 0.2; done
    ipsec auto --add lab; ipsec whack --status | grep -q '\"lab\"'"
}
# into_nss KIND: certificate and key gateway-KIND, and the authority, into libreswan's data base.
into_nss() {
  openssl pkcs12 -export -legacy -in "$PKI/gateway-$1.pem" -inkey "$PKI/gateway-$1.key" -certfile "$PKI/ca.pem" -name gateway -passout pass:x -out "$PKI/gateway.p12" 2>/dev/null ||
    openssl pkcs12 -export -in "$PKI/gateway-$1.pem" -inkey "$PKI/gateway-$1.key" -certfile "$PKI/ca.pem" -name gateway -passout pass:x -out "$PKI/gateway.p12"
  vm_exec r "ipsec initnss >/dev/null 2>&1; rm -f /tmp/g.p12; base64 -d <<<$(base64 -w0 "$PKI/gateway.p12") >/tmp/g.p12
    d=/var/lib/ipsec/nss; certutil -D -n gateway -d sql:\$d 2>/dev/null; pk12util -i /tmp/g.p12 -W x -d sql:\$d
    certutil -M -n \"\$(certutil -L -d sql:\$d | sed -n 's/ *CT*,,.*//p; s/ *,, *\$//p' | grep -i 'test CA')\" -t CT,, -d sql:\$d; certutil -L -d sql:\$d"
}
# raw_keys: a host key for libreswan by its CKAID, its public half in gateway.raw; and ours as ipsec.conf has it (RFC 3110).
raw_keys() {
  local modulus; modulus=$(openssl rsa -in "$PKI/client-rsa-2048.key" -noout -modulus | sed 's/^Modulus=//')
  RAW_CLIENT=0s$(python3 -c 'import base64, sys; print(base64.b64encode(bytes.fromhex("03010001" + sys.argv[1])).decode())' "$modulus")
  RAW_CKAID=$(vm_exec r '[ -e /var/lib/ipsec/nss/cert9.db ] || ipsec initnss >/dev/null; ipsec newhostkey --bits 2192 2>&1' | sed -n 's/.*CKAID *\([0-9a-f]*\).*/\1/p')
  vm_exec r "ipsec showhostkey --right --ckaid $RAW_CKAID" | sed -n 's/.*rsasigkey=//p' >"$TMP/gateway.raw"
}
# xauth_user: the user anna of the connection lab, for libreswan's XAuth.
xauth_user() {
  vm_exec r "mkdir -p /etc/ipsec.d; base64 -d <<<$(printf 'anna:%s:lab\n' "$(openssl passwd -6 test-password-not-secret)" | base64 -w0) >/etc/ipsec.d/passwd"
}
# save_logs: what the daemon of the guest wrote, beside the settings.
save_logs() { vm_exec r 'cat /tmp/swan/charon.log 2>/dev/null; true' >"$TMP/r/charon.log"; vm_exec r 'cat /tmp/pluto.log 2>/dev/null; true' >"$TMP/r/pluto.log"; }
# openiked_here: Debian's packages of OpenIKED, unpacked beside the image of the guest; fails where they cannot be had.
openiked_here() {
  local d=$VM_CACHE/openiked
  [ -x "$d/usr/sbin/iked" ] && return
  (mkdir -p "$d.part" && cd "$d.part" && apt-get -qq download openiked libevent-2.1-7 2>/dev/null && for deb in *.deb; do dpkg -x "$deb" .; done && rm -- *.deb) &&
    mv "$d.part" "$d"
}
# fresh_iked WORDS…: OpenIKED with one connection, WORDS of iked.conf behind its addresses. It takes a while before it answers.
fresh_iked() {
  local rule="ikev2 \"lab\" passive esp from 10.77.0.0/24 to 10.78.0.0/24 local $ADDR_R peer any $* srcid gateway.example dstid client.example psk \"$PSK\""
  no_daemon
  vm_exec r "base64 -d <<<$(tar -C "$VM_CACHE/openiked" -c usr/sbin usr/lib/x86_64-linux-gnu | gzip -9 | base64 -w0) | tar -xzm -C / && ldconfig
    grep -q _iked /etc/passwd || { echo '_iked:x:990:990::/var/empty:/usr/sbin/nologin' >>/etc/passwd; echo '_iked:x:990:' >>/etc/group; }
    mkdir -p /var/empty /etc/iked/private /etc/iked/pubkeys/{ipv4,ipv6,fqdn,ufqdn} /etc/iked/{ca,certs,crls}
    base64 -d <<<$(base64 -w0 "$PKI/gateway-ecdsa-256.key") >/etc/iked/private/local.key; chmod 600 /etc/iked/private/local.key
    base64 -d <<<$(openssl pkey -in "$PKI/gateway-ecdsa-256.key" -pubout | base64 -w0) >/etc/iked/local.pub
    base64 -d <<<$(printf '%s\n' "$rule" | base64 -w0) >/etc/iked.conf; chmod 600 /etc/iked.conf
    (setsid iked -d -vv >/tmp/iked.log 2>&1 &)
    for i in \$(seq 300); do grep -q 'config_getstatic: nattport' /tmp/iked.log && break; sleep 0.2; done; tail -n 3 /tmp/iked.log; pidof iked"
}
