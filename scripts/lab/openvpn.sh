# OpenVPN peers of the namespace lab (sourced by lib.sh): i is the client, r the server, both in user space with tun or tap.
# Every key and certificate is made for one scenario and for tests only.
# shellcheck shell=bash disable=SC2034,SC2154
OPENVPN='OpenVPN 2.6.14 - OpenVPN 2.6.14'
OVPN_I=10.8.0.2 OVPN_R=10.8.0.1

# ovpn_scene: settings that all scenarios with OpenVPN share.
ovpn_scene() { ike='' keys=no peers=$OPENVPN openvpn=yes; }

# ovpn_secret NAME: a static key of 2048 bits, $TMP/NAME.key.
ovpn_secret() { openvpn --genkey secret "$TMP/$1.key"; }

# ovpn_ca [NAME] / ovpn_cert i|r [CA] [ARGUMENT OF openssl x509…]: P-256, so that captures stay small.
ovpn_ca() {
  local n=${1:-ca}
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj "/O=vpndoctor test/CN=vpndoctor test $n" \
    -keyout "$TMP/$n.key" -out "$TMP/$n.crt" 2>/dev/null
}
ovpn_cert() {
  local n=$1 ca=${2:-ca} id usage; shift $(($# < 2 ? $# : 2))
  id=$([ "$n" = i ] && echo client.example || echo gateway.example)
  usage=$([ "$n" = i ] && echo clientAuth || echo serverAuth)
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=vpndoctor test/CN=$id" -keyout "$TMP/$n/peer.key" -out "$TMP/$n/peer.csr" 2>/dev/null
  printf 'extendedKeyUsage=%s\nkeyUsage=digitalSignature\nsubjectAltName=DNS:%s\n' $usage $id >"$TMP/$n/ext"
  openssl x509 -req -in "$TMP/$n/peer.csr" -CA "$TMP/$ca.crt" -CAkey "$TMP/$ca.key" -CAcreateserial -days 36500 -extfile "$TMP/$n/ext" -out "$TMP/$n/peer.crt" "$@" 2>/dev/null
}
# ovpn_expired i|r [CA]: the same, valid in 2020 only.
ovpn_expired() {
  local n=$1 ca=${2:-ca}; ovpn_cert "$n" "$ca"
  mkdir -p "$TMP/db"; : >"$TMP/db/index"; echo 01 >"$TMP/db/serial"
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/db/index\nserial=%s/db/serial\nnew_certs_dir=%s/db\ndefault_md=sha256\npolicy=p\n[p]\norganizationName=optional\ncommonName=supplied\n' "$TMP" "$TMP" "$TMP" >"$TMP/db/cnf"
  openssl ca -batch -config "$TMP/db/cnf" -in "$TMP/$n/peer.csr" -cert "$TMP/$ca.crt" -keyfile "$TMP/$ca.key" -extfile "$TMP/$n/ext" \
    -startdate 20200101000000Z -enddate 20201231235959Z -notext -out "$TMP/$n/peer.crt" >"$TMP/db/out" 2>&1
}
ovpn_pki() { ovpn_ca; ovpn_cert i; ovpn_cert r; }

# ovpn_keylog: a library that makes OpenSSL write its secrets, which OpenVPN 2.6 has no option for; $TMP/keylog.txt.
ovpn_keylog() {
  printf '%s\n' '#define _GNU_SOURCE' '#include <dlfcn.h>' '#include <stdio.h>' '#include <stdlib.h>' \
    'typedef void (*cb)(const void *, const char *);' \
    'static void note(const void *s, const char *l) { FILE *f = fopen(getenv("OVPN_KEYLOG"), "a"); if (f) { fprintf(f, "%s\n", l); fclose(f); } }' \
    'void *SSL_CTX_new_ex(void *a, const char *b, const void *m) { void *(*n)(void *, const char *, const void *) = dlsym(RTLD_NEXT, "SSL_CTX_new_ex");' \
    'void (*k)(void *, cb) = dlsym(RTLD_DEFAULT, "SSL_CTX_set_keylog_callback"); void *c = n(a, b, m); if (c) k(c, note); return c; }' \
    'void *SSL_CTX_new(const void *m) { void *(*n)(const void *) = dlsym(RTLD_NEXT, "SSL_CTX_new");' \
    'void (*k)(void *, cb) = dlsym(RTLD_DEFAULT, "SSL_CTX_set_keylog_callback"); void *c = n(m); if (c) k(c, note); return c; }' >"$TMP/keylog.c"
  gcc -shared -fPIC -o "$TMP/keylog.so" "$TMP/keylog.c" -ldl
}

# ovpn i|r ARGUMENT…: start a peer in the background. A keylog library that was made is loaded at the client.
ovpn() {
  local n=$1 pre=(); shift
  [ "$n" = i ] && [ -e "$TMP/keylog.so" ] && pre=(env "LD_PRELOAD=$TMP/keylog.so" "OVPN_KEYLOG=$TMP/keylog.txt")
  bg "openvpn-$n" "${pre[@]}" ip netns exec "$NS-$n" openvpn --cd "$TMP" --verb "${VERB:-4}" --suppress-timestamps "$@"
}
# Static key: ovpn_static i|r ARGUMENT…; point-to-point over tun.
ovpn_static() {
  local n=$1 peer; shift
  if [ "$n" = i ]; then peer=(--remote $ADDR_R --ifconfig $OVPN_I $OVPN_R); else peer=(--remote $ADDR_I --ifconfig $OVPN_R $OVPN_I); fi
  ovpn "$n" --dev tun --proto udp --lport 1194 --rport 1194 "${peer[@]}" --ping 1 --ping-restart 30 "$@"
}
# TLS: ovpn_server ARGUMENT… (a server of many) and ovpn_client ARGUMENT….
ovpn_server() {
  # What an earlier one has said is no sign that this one is ready.
  : >"$TMP/openvpn-r.out"
  ovpn r --dev tun --proto udp --port 1194 --server 10.8.0.0 255.255.255.0 --topology subnet --dh none \
    --ca ca.crt --cert r/peer.crt --key r/peer.key --keepalive 2 20 "$@"
  wait_for 60 grep -qE 'Initialization Sequence Completed' "$TMP/openvpn-r.out"
}
ovpn_client() {
  ovpn i --dev tun --proto udp --client --remote $ADDR_R 1194 --nobind --remote-cert-tls server \
    --ca ca.crt --cert i/peer.crt --key i/peer.key "$@"
}
ovpn_up() { wait_for "${1:-60}" grep -q 'Initialization Sequence Completed' "$TMP/openvpn-i.out"; }
# ovpn_ping [COUNT] [PING ARGUMENT…]: through the tunnel, small.
ovpn_ping() { local c=${1:-3}; shift $(($# ? 1 : 0)); ns i ping -n -q -c "$c" -i 0.2 -W 1 "$@" $OVPN_R >>"$TMP/ping.log" 2>&1; }

# ovpn_keys [static=FILE] [v2server=FILE] [v2client=FILE] [log=FILE]…: keys.json from key files and a key log.
ovpn_keys() {
  node -e '
    const { readFileSync } = require("node:fs")
    const body = (file) => readFileSync(file, "utf8").replace(/#.*/g, "").replace(/-----.*-----/g, "").replace(/\s/g, "")
    const openvpn = [], tls = []
    for (const arg of process.argv.slice(1)) {
      const [kind, file] = arg.split("=")
      if (kind === "static") openvpn.push({ static_key: body(file) })
      else if (kind === "v2server") openvpn.push({ tls_crypt_v2_server_key: Buffer.from(body(file), "base64").toString("hex") })
      else if (kind === "v2client") openvpn.push({ tls_crypt_v2_client_key: Buffer.from(body(file), "base64").toString("hex") })
      else tls.push(...readFileSync(file, "utf8").split("\n").filter(Boolean))
    }
    console.log(JSON.stringify({ ...(openvpn.length ? { openvpn } : {}), ...(tls.length ? { tls } : {}) }, null, 2))' "$@" >"$TMP/keys.json"
}
