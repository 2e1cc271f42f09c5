#!/bin/sh
# Makes the certificates of this folder anew. Needs openssl 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/new"
: >"$work/index"
echo 1000 >"$work/serial"
echo 01 >"$work/crlnumber"
cat >"$work/ca.conf" <<CONF
[ca]
default_ca = test
[test]
database = $work/index
new_certs_dir = $work/new
serial = $work/serial
crlnumber = $work/crlnumber
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = keyCertSign,cRLSign
subjectKeyIdentifier = hash
[gateway]
basicConstraints = CA:FALSE
subjectAltName = DNS:gw.example.com,IP:192.0.2.1
extendedKeyUsage = serverAuth,1.3.6.1.5.5.7.3.17
[mail]
basicConstraints = CA:FALSE
extendedKeyUsage = emailProtection
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
CONF
for name in ca sub gw client; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$name.key"; done
request() { openssl req -new -key "$work/$1.key" -subj "$2" -out "$work/request"; }
# subject key, name, section, issuer, end, file
issue() {
  request "$1" "$2"
  openssl ca -batch -notext -config "$work/ca.conf" -in "$work/request" -extensions "$3" -cert "$4" -keyfile "$5" \
    -startdate 20200101000000Z -enddate "$6" -out "$7" 2>/dev/null
}
request ca '/O=Example/CN=Test CA'
openssl ca -batch -notext -selfsign -config "$work/ca.conf" -in "$work/request" -extensions authority -keyfile "$work/ca.key" \
  -startdate 20200101000000Z -enddate 20990101000000Z -out ca.pem 2>/dev/null
issue sub '/O=Example/CN=Test Sub CA' authority ca.pem "$work/ca.key" 20990101000000Z sub.pem
issue gw '/O=Example/CN=gw.example.com' gateway ca.pem "$work/ca.key" 20990101000000Z gw.pem
issue gw '/O=Example/CN=leaf.example.com' gateway sub.pem "$work/sub.key" 20990101000000Z leaf.pem
issue client '/O=Example/CN=client1' client ca.pem "$work/ca.key" 20990101000000Z client.pem
issue gw '/O=Example/CN=gw.example.com' gateway ca.pem "$work/ca.key" 20210101000000Z expired.pem
issue gw '/O=Example/CN=gw.example.com' mail ca.pem "$work/ca.key" 20990101000000Z mail.pem
cp "$work/gw.key" gw.key
cp "$work/client.key" client.key
openssl pkcs8 -topk8 -in gw.key -passout pass:test -out encrypted.key
openssl ca -config "$work/ca.conf" -cert ca.pem -keyfile "$work/ca.key" -revoke client.pem 2>/dev/null
for list in fresh:20990101000000Z stale:20210101000000Z; do
  openssl ca -config "$work/ca.conf" -cert ca.pem -keyfile "$work/ca.key" -gencrl -crl_lastupdate 20200601000000Z \
    -crl_nextupdate "${list#*:}" -out "${list%%:*}.crl"  2>/dev/null
done
