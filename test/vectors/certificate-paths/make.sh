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
email_in_dn = no
[any]
countryName = optional
organizationName = optional
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[one-below]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
[no-certificates]
basicConstraints = critical,CA:TRUE
keyUsage = critical,cRLSign
[bare]
subjectKeyIdentifier = hash
[end]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,1.3.6.1.5.5.7.3.17
subjectAltName = DNS:gw.example.com,email:Admin@example.com,IP:192.0.2.1,IP:2001:db8::1,dirName:another
[another]
C = CH
O = Example
CN = Another Name
[encipher]
keyUsage = critical,keyEncipherment
[code]
extendedKeyUsage = codeSigning
[critical]
1.2.3.4 = critical,ASN1:UTF8String:unknown
CONF
for name in root other sub deep end; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$name.key"; done
request() { openssl req -new -key "$work/$1.key" -subj "$2" -out "$work/request"; }
FROM=20200101000000Z
TO=20990101000000Z
self() { # key, name, section, file
  request "$1" "$2"
  openssl ca -batch -notext -selfsign -config "$work/ca.conf" -in "$work/request" -extensions "$3" -keyfile "$work/$1.key" \
    -startdate $FROM -enddate $TO -out "$4.pem" 2>/dev/null
}
issue() { # subject key, name, section, issuer, issuer's key, file, from, to
  request "$1" "$2"
  openssl ca -batch -notext -config "$work/ca.conf" -in "$work/request" -extensions "$3" -cert "$4.pem" -keyfile "$work/$5.key" \
    -startdate "${7:-$FROM}" -enddate "${8:-$TO}" -out "$6.pem" 2>/dev/null
}
self root '/O=Example/CN=Root' root root
# The same name with another key: an authority that was set up anew.
self other '/O=Example/CN=Root' root other-root
issue sub '/O=Example/CN=Sub' one-below root root sub
issue deep '/O=Example/CN=Deep' root sub sub deep
issue deep '/O=Example/CN=Plain' bare root root plain
issue deep '/O=Example/CN=Said No' end root root said-no
issue deep '/O=Example/CN=Lists Only' no-certificates root root lists-only
issue end '/C=CH/O=Example/CN=Gateway  One' end sub sub gateway
issue end '/O=Example/CN=gw.example.com' end sub sub revoked
issue end '/O=Example/CN=gw.example.com' end deep deep below-deep
issue end '/O=Example/CN=gw.example.com' end plain deep below-plain
issue end '/O=Example/CN=gw.example.com' end said-no deep below-said-no
issue end '/O=Example/CN=gw.example.com' end lists-only deep below-lists-only
issue end '/O=Example/CN=gw.example.com' end root root expired $FROM 20210101000000Z
issue end '/O=Example/CN=gw.example.com' end root root early 20980101000000Z
issue end '/O=Example/CN=gw.example.com' encipher root root encipher
issue end '/O=Example/CN=gw.example.com' code root root code
issue end '/O=Example/CN=gw.example.com' critical root root critical
self end '/O=Example/CN=alone.example.com' end alone
openssl ca -config "$work/ca.conf" -cert sub.pem -keyfile "$work/sub.key" -revoke revoked.pem 2>/dev/null
crl() { # issuer, key, until, file
  openssl ca -config "$work/ca.conf" -cert "$1.pem" -keyfile "$work/$2.key" -gencrl -crl_lastupdate 20200601000000Z -crl_nextupdate "$3" 2>/dev/null |
    openssl crl -outform DER -out "$4.crl"
}
crl sub sub $TO sub
crl sub sub 20210101000000Z stale
crl root root $TO root
# Sub's list of revoked certificates, signed by somebody else.
openssl req -new -x509 -key "$work/other.key" -subj '/O=Example/CN=Sub' -days 30000 -out "$work/false.pem" 2>/dev/null
openssl ca -config "$work/ca.conf" -cert "$work/false.pem" -keyfile "$work/other.key" -gencrl -crl_lastupdate 20200601000000Z \
  -crl_nextupdate $TO 2>/dev/null | openssl crl -outform DER -out forged.crl
# As they were made twenty years ago: RSA of 1024 bits, SHA-1.
openssl req -x509 -newkey rsa:2048 -nodes -sha1 -keyout "$work/old.key" -subj '/O=Example/CN=Old Root' -days 30000 -out old-root.pem 2>/dev/null
openssl req -new -newkey rsa:1024 -nodes -keyout "$work/weak.key" -subj '/O=Example/CN=gw.example.com' -out "$work/request" 2>/dev/null
openssl x509 -req -in "$work/request" -CA old-root.pem -CAkey "$work/old.key" -set_serial 1 -sha1 -days 30000 -out weak.pem 2>/dev/null
