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
# make_pki: client-KIND and gateway-KIND for each kind of key.
make_pki() {
  mkdir -p "$PKI"
  authority ca 'vpndoctor test CA'; authority other-ca 'another CA'
  local kind end id
  for kind in rsa-2048 rsa-4096 ecdsa-256 ecdsa-384 ecdsa-521 ed25519 ed448; do
    for end in client gateway; do
      # shellcheck disable=SC2086
      key_pair "$end-$kind" ${kind/-/ }
      issue ca "$end-$kind" "$end.example" --flag serverAuth --flag clientAuth
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
# users: EAP names that r knows.
users() { conn r secrets.eap-1.id=anna secrets.eap-1.secret=test-password-not-secret; }
# eap METHOD: r asks for it and gives addresses.
eap() {
  users
  conn r "r.auth=eap-$1" r.eap_id=%any r.id=%any c.pools=inner pools.inner.addrs=10.79.0.0/28 pools.inner.dns=10.77.0.53 k.remote_ts=
}
# fresh_peer SCRIPT: strongSwan at r with the settings of SCRIPT, all else as conn_defaults has it.
fresh_peer() {
  [ -z "$(pid_of charon-r)" ] || stop charon-r "${SIGNAL:--TERM}"
  rm -rf "$TMP/r"; mkdir -p "$TMP/r"
  CONF_I=() CONF_R=(); conn_defaults
  eval "$1" && start r
}
