/**
 * The tunnel of the story this program began with: Openswan 2.6 on Debian towards an ASA 5505, 3DES, MD5, group 2, 86400 s in phase 1;
 * ESP 3DES-MD5 without PFS; one host here, a network there. Written from the described parameters; addresses are of documentation
 * networks, the secret is made for tests.
 */
export const SEED_IPSEC_CONF = `version 2.0

config setup
	nat_traversal=yes
	virtual_private=%v4:10.0.0.0/8,%v4:192.168.0.0/16,%v4:172.16.0.0/12
	oe=off
	protostack=netkey

conn asa
	type=tunnel
	authby=secret
	auto=start
	left=192.0.2.10
	leftid=192.0.2.10
	leftsubnet=10.10.1.5/32
	leftsourceip=10.10.1.5
	right=198.51.100.20
	rightid=198.51.100.20
	rightsubnet=172.20.30.0/24
	keyexchange=ike
	ike=3des-md5;modp1024
	phase2=esp
	phase2alg=3des-md5
	pfs=no
	ikelifetime=86400s
	keylife=28800s
	forceencaps=yes
	dpddelay=30
	dpdtimeout=120
	dpdaction=restart
`;

export const SEED_SECRETS = '192.0.2.10 198.51.100.20 : PSK "made-for-tests-only-7Qx"\n';

export const SEED_ASA = `: Saved
:
ASA Version 8.2(5)
!
hostname fw-branch
names
!
interface Ethernet0/0
 switchport access vlan 2
!
interface Vlan1
 nameif inside
 security-level 100
 ip address 172.20.30.1 255.255.255.0
!
interface Vlan2
 nameif outside
 security-level 0
 ip address 198.51.100.20 255.255.255.0
!
access-list inside_nat0 extended permit ip 172.20.30.0 255.255.255.0 host 10.10.1.5
access-list outside_1_cryptomap extended permit ip 172.20.30.0 255.255.255.0 host 10.10.1.5
global (outside) 1 interface
nat (inside) 0 access-list inside_nat0
nat (inside) 1 0.0.0.0 0.0.0.0
route outside 0.0.0.0 0.0.0.0 198.51.100.1 1
crypto ipsec transform-set ESP-3DES-MD5 esp-3des esp-md5-hmac
crypto ipsec security-association lifetime seconds 28800
crypto ipsec security-association lifetime kilobytes 4608000
crypto map outside_map 1 match address outside_1_cryptomap
crypto map outside_map 1 set peer 192.0.2.10
crypto map outside_map 1 set transform-set ESP-3DES-MD5
crypto map outside_map interface outside
crypto isakmp enable outside
crypto isakmp policy 10
 authentication pre-share
 encryption 3des
 hash md5
 group 2
 lifetime 86400
crypto isakmp nat-traversal 20
tunnel-group 192.0.2.10 type ipsec-l2l
tunnel-group 192.0.2.10 ipsec-attributes
 pre-shared-key made-for-tests-only-7Qx
 isakmp keepalive threshold 30 retry 2
!
: end
`;
