import { describe, expect, it } from 'vitest';
import { compareEnds } from '../../../src/config/compare/compare-ends.js';
import { correctionsOf } from '../../../src/config/compare/corrections.js';
import { pairConnections } from '../../../src/config/compare/pair-connections.js';
import { endOf } from '../../../src/config/read-config.js';
import { type EndFacts, type EndFiles, mended, problems, readEnd } from './compare-texts.js';

/**
 * Pairs as they come over the desk: what they say is judged by hand, here it is kept. Corrected lines are applied one after another,
 * at our end or at the other, until nothing is left. Addresses are of documentation networks, secrets made for tests.
 */
const SECRET = 'made-for-tests-only-7Qx';
const STRONGSWAN: EndFacts = { version: '5.9.8' };
const LIBRESWAN: EndFacts = { addresses: ['192.0.2.10'], product: 'libreswan', version: '4.10' };

interface Hard {
  readonly name: string;
  readonly ours: EndFiles;
  readonly theirs: EndFiles;
  readonly facts: readonly [EndFacts, EndFacts];
  /** By our connection; connections that are not here belong to none of the other end's. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

const hard: readonly Hard[] = [
  {
    name: 'an ASA with groups of objects and two entries for one peer, of three',
    ours: {
      '/etc/ipsec.conf': `config setup
	protostack=netkey
	nat_traversal=yes

conn asa-base
	authby=secret
	left=192.0.2.10
	right=198.51.100.20
	ikev2=never
	ike=aes256-sha1;modp1536
	phase2alg=aes256-sha1
	ikelifetime=24h
	salifetime=8h
	pfs=yes
	dpddelay=30
	dpdtimeout=120
	dpdaction=restart
	auto=start

conn office
	also=asa-base
	leftsubnets={10.1.0.0/16 10.5.0.0/24}
	rightsubnet=172.20.0.0/16

conn dmz
	also=asa-base
	leftsubnet=10.1.0.0/16
	rightsubnet=192.168.50.0/24
`,
      '/etc/ipsec.secrets': `192.0.2.10 198.51.100.20 : PSK "made-for-tests-only-7Qx"
`,
    },
    theirs: {
      'asa.txt': `: Saved
ASA Version 9.12(4)
hostname fw1
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 198.51.100.20 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 172.20.0.1 255.255.0.0
object network OBJ-BRANCH
 subnet 10.1.0.0 255.255.0.0
object-group network OG-BRANCH
 network-object object OBJ-BRANCH
 network-object 10.5.0.0 255.255.255.0
object-group network OG-LAN
 network-object 172.20.0.0 255.255.0.0
object network OBJ-DMZ
 subnet 192.168.50.0 255.255.255.0
access-list VPN-OTHER extended permit ip object-group OG-LAN 10.99.0.0 255.255.0.0
access-list VPN-OFFICE extended permit ip object-group OG-LAN object-group OG-BRANCH
access-list VPN-DMZ extended permit ip object OBJ-DMZ object OBJ-BRANCH
nat (inside,outside) source static OG-LAN OG-LAN destination static OG-BRANCH OG-BRANCH no-proxy-arp route-lookup
nat (dmz,outside) source static OBJ-DMZ OBJ-DMZ destination static OBJ-BRANCH OBJ-BRANCH no-proxy-arp route-lookup
crypto ipsec ikev1 transform-set AES256SHA esp-aes-256 esp-sha-hmac
crypto map OMAP 10 match address VPN-OTHER
crypto map OMAP 10 set pfs group5
crypto map OMAP 10 set peer 198.51.100.99
crypto map OMAP 10 set ikev1 transform-set AES256SHA
crypto map OMAP 20 match address VPN-OFFICE
crypto map OMAP 20 set pfs group5
crypto map OMAP 20 set peer 192.0.2.10
crypto map OMAP 20 set ikev1 transform-set AES256SHA
crypto map OMAP 30 match address VPN-DMZ
crypto map OMAP 30 set pfs group2
crypto map OMAP 30 set peer 192.0.2.10
crypto map OMAP 30 set ikev1 transform-set AES256SHA
crypto map OMAP interface outside
crypto ikev1 enable outside
crypto ikev1 policy 10
 authentication pre-share
 encryption aes-256
 hash sha
 group 5
 lifetime 86400
tunnel-group 192.0.2.10 type ipsec-l2l
tunnel-group 192.0.2.10 ipsec-attributes
 ikev1 pre-shared-key *****
`,
    },
    facts: [{ addresses: ['192.0.2.10'], product: 'libreswan', version: '3.32' }, {}],
    problems: { office: [], dmz: ['error config/pfs'] },
  },
  {
    name: 'an IOS router',
    ours: {
      'swanctl.conf': `connections {
  branch {
    version = 1
    local_addrs = 192.0.2.10
    remote_addrs = 198.51.100.20
    proposals = aes128-sha256-modp2048
    dpd_delay = 10s
    local {
      auth = psk
      id = 192.0.2.10
    }
    remote {
      auth = psk
      id = 198.51.100.20
    }
    children {
      lan {
        local_ts = 10.1.0.0/16
        remote_ts = 10.9.8.0/24
        esp_proposals = aes128-sha256-modp2048
        life_time = 1h
        start_action = trap
      }
    }
  }
}
secrets {
  ike-branch {
    id-1 = 198.51.100.20
    secret = "made-for-tests-only-7Qx"
  }
}
`,
    },
    theirs: {
      'ios.txt': `version 15.4
hostname branch-rtr
crypto isakmp policy 10
 encr aes
 hash sha256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp key made-for-tests-only-7Qx address 192.0.2.10
crypto isakmp keepalive 10 periodic
crypto ipsec transform-set TS esp-aes esp-sha-hmac
 mode tunnel
crypto map CM 10 ipsec-isakmp
 set peer 192.0.2.10
 set transform-set TS
 set pfs group14
 match address 101
interface GigabitEthernet0/0
 ip address 198.51.100.20 255.255.255.0
 ip nat outside
 crypto map CM
interface GigabitEthernet0/1
 ip address 10.9.8.1 255.255.255.0
 ip nat inside
ip nat inside source list 100 interface GigabitEthernet0/0 overload
access-list 100 deny   ip 10.9.8.0 0.0.0.255 10.1.0.0 0.0.255.255
access-list 100 permit ip 10.9.8.0 0.0.0.255 any
access-list 101 permit ip 10.9.8.0 0.0.0.255 10.1.0.0 0.0.0.255
`,
    },
    facts: [STRONGSWAN, {}],
    problems: { 'branch/lan': ['error config/selectors', 'error config/esp-proposals', 'warning config/ike-lifetime'] },
  },
  {
    name: 'libreswan, two networks at each end, one of them unknown to the other',
    ours: {
      '/etc/ipsec.conf': `conn hq
	ikev2=insist
	authby=secret
	left=192.0.2.10
	leftid=@hq
	leftsubnets={10.1.0.0/16 10.2.0.0/16}
	right=198.51.100.20
	rightid=@branch
	rightsubnets={172.16.0.0/24,172.16.5.0/24}
	auto=start
`,
      '/etc/ipsec.secrets': `@hq @branch : PSK "made-for-tests-only-7Qx"
`,
    },
    theirs: {
      '/etc/ipsec.conf': `conn branch
	ikev2=insist
	authby=secret
	left=198.51.100.20
	leftid=@branch
	leftsubnets={172.16.0.0/24,172.16.5.0/24}
	right=192.0.2.10
	rightid=@hq
	rightsubnet=10.1.0.0/16
	esp=aes128-sha1
	auto=add
`,
      '/etc/ipsec.secrets': `@branch %any : PSK "made-for-tests-only-7Qx"
`,
    },
    facts: [LIBRESWAN, { ...LIBRESWAN, addresses: ['198.51.100.20'] }],
    problems: { hq: ['error config/esp-proposals', 'error config/selectors'] },
  },
  {
    name: 'a road warrior, %any at the gateway',
    ours: {
      '/etc/ipsec.conf': `conn road
	ikev2=insist
	authby=secret
	left=%defaultroute
	leftid=@client7
	right=203.0.113.5
	rightid=@vpn.example.com
	rightsubnet=10.20.0.0/16
	leftsubnet=192.168.77.0/24
	auto=start
`,
      '/etc/ipsec.secrets': `@client7 @vpn.example.com : PSK "made-for-tests-only-7Qx"
`,
    },
    theirs: {
      'swanctl.conf': `connections {
  rw {
    version = 2
    local_addrs = 203.0.113.5
    remote_addrs = %any
    local { auth = psk
      id = vpn.example.com }
    remote { auth = psk
      id = client8 }
    children { rw { local_ts = 10.20.0.0/16
      remote_ts = 192.168.77.0/24 } }
  }
  other {
    version = 2
    local_addrs = 203.0.113.5
    remote_addrs = %any
    local { auth = pubkey
      id = vpn.example.com }
    remote { auth = eap-mschapv2
      id = %any }
    children { o { local_ts = 10.20.0.0/16
      remote_ts = dynamic } }
  }
}
secrets { ike-1 { id-1 = client8
   secret = "made-for-tests-only-7Qx" } }
`,
    },
    facts: [LIBRESWAN, STRONGSWAN],
    problems: { road: ['error config/identity', 'error config/pfs'] },
  },
  {
    name: 'IKEv2 with several proposals at each end',
    ours: {
      'swanctl.conf': `connections {
  gw {
    version = 2
    local_addrs = 192.0.2.10
    remote_addrs = 198.51.100.20
    proposals = aes256gcm16-prfsha384-ecp384, aes256-sha384-ecp384
    local { auth = psk }
    remote { auth = psk }
    children { net { local_ts = 10.1.0.0/16
      remote_ts = 10.2.0.0/16
      esp_proposals = aes256gcm16-ecp384, aes256-sha384 } }
  }
}
secrets { ike-1 { secret = "made-for-tests-only-7Qx" } }
`,
    },
    theirs: {
      'asa.txt': `ASA Version 9.16(2)
interface GigabitEthernet0/0
 nameif outside
 ip address 198.51.100.20 255.255.255.0
access-list V extended permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0
crypto ipsec ikev2 ipsec-proposal P1
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto ipsec ikev2 ipsec-proposal P2
 protocol esp encryption aes-gcm-256
 protocol esp integrity null
crypto map M 1 match address V
crypto map M 1 set pfs group21
crypto map M 1 set peer 192.0.2.10
crypto map M 1 set ikev2 ipsec-proposal P1 P2
crypto map M interface outside
crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 20 19
 prf sha384
 lifetime seconds 86400
crypto ikev2 policy 2
 encryption aes-gcm-256
 integrity null
 group 19
 prf sha384 sha256
 lifetime seconds 86400
crypto ikev2 enable outside
tunnel-group 192.0.2.10 type ipsec-l2l
tunnel-group 192.0.2.10 ipsec-attributes
 ikev2 remote-authentication pre-shared-key *****
 ikev2 local-authentication pre-shared-key *****
`,
    },
    facts: [STRONGSWAN, {}],
    problems: { 'gw/net': ['error config/ike-proposals', 'error config/pfs'] },
  },
  {
    name: 'distinguished names',
    ours: {
      '/etc/ipsec.conf': `conn dn
	keyexchange=ikev2
	left=192.0.2.10
	leftcert=moon.pem
	leftid="C=CH, O=strongSwan Project, CN=moon"
	leftsubnet=10.1.0.0/16
	right=198.51.100.20
	rightid="C=CH, O=strongSwan Project, CN=sun.strongswan.org"
	rightsubnet=10.2.0.0/16
	leftauth=pubkey
	rightauth=pubkey
	auto=start
`,
    },
    theirs: {
      'swanctl.conf': `connections {
  dn {
    local_addrs = 198.51.100.20
    remote_addrs = 192.0.2.10
    local {
      auth = pubkey
      certs = sun.pem
      id = "C=CH, O=strongSwan Project, CN=sun"
    }
    remote {
      auth = pubkey
      id = "C=CH, O=strongSwan Project, CN=moon"
      cacerts = ca.pem
    }
    children {
      dn {
        local_ts = 10.2.0.0/16
        remote_ts = 10.1.0.0/16
      }
    }
  }
}
`,
    },
    facts: [{ addresses: ['192.0.2.10'], product: 'strongswan', version: '5.9.8' }, STRONGSWAN],
    problems: { dn: ['error config/identity'] },
  },
  {
    name: 'OpenVPN with inline blocks and pushed options',
    ours: {
      'client.ovpn': `client
dev tun
proto udp
remote 203.0.113.5 1194
remote-cert-tls server
cipher AES-256-CBC
auth SHA1
comp-lzo yes
key-direction 0
<tls-auth>
-----BEGIN OpenVPN Static key V1-----
00000000000000000000000000000000
00000000000000000000000001010101
00000000000000000000000002020202
00000000000000000000000003030303
00000000000000000000000004040404
00000000000000000000000005050505
00000000000000000000000006060606
00000000000000000000000007070707
00000000000000000000000008080808
00000000000000000000000009090909
0000000000000000000000000a0a0a0a
0000000000000000000000000b0b0b0b
0000000000000000000000000c0c0c0c
0000000000000000000000000d0d0d0d
0000000000000000000000000e0e0e0e
0000000000000000000000000f0f0f0f
-----END OpenVPN Static key V1-----
</tls-auth>
<ca>
x
</ca>
<cert>
x
</cert>
<key>
x
</key>
tun-mtu 1400
`,
    },
    theirs: {
      'server.conf': `port 1194
proto udp
dev tun
topology subnet
server 10.8.0.0 255.255.255.0
ca ca.crt
cert server.crt
key server.key
dh none
data-ciphers AES-256-GCM:AES-128-GCM
auth SHA256
push "route 10.20.0.0 255.255.0.0"
push "comp-lzo no"
push "redirect-gateway def1"
key-direction 0
keepalive 10 60
<tls-auth>
-----BEGIN OpenVPN Static key V1-----
00000000000000000000000000000000
00000000000000000000000001010101
00000000000000000000000002020202
00000000000000000000000003030303
00000000000000000000000004040404
00000000000000000000000005050505
00000000000000000000000006060606
00000000000000000000000007070707
00000000000000000000000008080808
00000000000000000000000009090909
0000000000000000000000000a0a0a0a
0000000000000000000000000b0b0b0b
0000000000000000000000000c0c0c0c
0000000000000000000000000d0d0d0d
0000000000000000000000000e0e0e0e
0000000000000000000000000f0f0f0f
-----END OpenVPN Static key V1-----
</tls-auth>
`,
    },
    facts: [{}, {}],
    problems: {
      client: [
        'error config/openvpn-key-direction',
        'error config/openvpn-auth',
        'error config/openvpn-compression',
        'warning config/openvpn-tun-mtu',
      ],
    },
  },
  {
    name: 'libreswan in aggressive mode, racoon in main mode',
    ours: {
      '/etc/ipsec.conf': `conn vpn
	ikev2=no
	aggressive=yes
	authby=secret
	left=192.0.2.10
	leftid=@roadhouse
	leftsubnet=10.1.0.0/16
	right=198.51.100.20
	rightsubnet=10.2.0.0/16
	ike=3des-sha1;modp1024
	esp=3des-sha1
	pfs=no
	auto=start
`,
      '/etc/ipsec.secrets': `@roadhouse 198.51.100.20 : PSK "made-for-tests-only-7Qx"
`,
    },
    theirs: {
      '/etc/racoon/racoon.conf': `path pre_shared_key "psk.txt";
remote 192.0.2.10 {
	exchange_mode main;
	my_identifier address 198.51.100.20;
	peers_identifier fqdn "roadhouse";
	lifetime time 24 hour;
	dpd_delay 20;
	proposal {
		encryption_algorithm 3des;
		hash_algorithm sha1;
		authentication_method pre_shared_key;
		dh_group 2;
	}
}
sainfo address 10.2.0.0/16 any address 10.1.0.0/16 any {
	pfs_group 2;
	encryption_algorithm 3des;
	authentication_algorithm hmac_sha1;
	compression_algorithm deflate;
	lifetime time 1 hour;
}
`,
      '/etc/racoon/psk.txt': `roadhouse made-for-tests-only-7Qx
`,
      '/etc/racoon/setkey.conf': `spdadd 10.2.0.0/16 10.1.0.0/16 any -P out ipsec esp/tunnel/198.51.100.20-192.0.2.10/require;
spdadd 10.1.0.0/16 10.2.0.0/16 any -P in ipsec esp/tunnel/192.0.2.10-198.51.100.20/require;
`,
    },
    facts: [LIBRESWAN, {}],
    problems: {
      vpn: ['error config/exchange-mode', 'error config/pfs', 'warning config/ike-lifetime', 'warning config/child-lifetime'],
    },
  },
  {
    name: 'an end behind a NAT that routes everything into the tunnel',
    ours: {
      'swanctl.conf': `connections {
  azure {
    version = 2
    local_addrs = 10.0.0.4
    remote_addrs = 198.51.100.20
    proposals = aes256-sha256-modp1024
    local {
      auth = psk
      id = 10.0.0.4
    }
    remote {
      auth = psk
      id = 198.51.100.20
    }
    children {
      net {
        local_ts = 0.0.0.0/0
        remote_ts = 0.0.0.0/0
        mark_in = 42
        mark_out = 42
        esp_proposals = aes256-sha256
        start_action = start
      }
    }
  }
}
secrets { ike-1 { secret = "made-for-tests-only-7Qx" } }
`,
    },
    theirs: {
      'asa.txt': `ASA Version 9.8(4)
interface GigabitEthernet0/0
 nameif outside
 ip address 198.51.100.20 255.255.255.0
object-group network LOCAL
 network-object 172.16.0.0 255.240.0.0
object-group network AZURE
 network-object 10.0.0.0 255.255.0.0
access-list AZ extended permit ip object-group LOCAL object-group AZURE
crypto ipsec ikev2 ipsec-proposal AES
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto map M 1 match address AZ
crypto map M 1 set peer 203.0.113.77
crypto map M 1 set ikev2 ipsec-proposal AES
crypto map M interface outside
crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 2
 prf sha
 lifetime seconds 28800
crypto ikev2 enable outside
tunnel-group 203.0.113.77 type ipsec-l2l
tunnel-group 203.0.113.77 ipsec-attributes
 ikev2 remote-authentication pre-shared-key made-for-tests-only-7Qx
 ikev2 local-authentication pre-shared-key made-for-tests-only-7Qx
`,
    },
    facts: [STRONGSWAN, {}],
    problems: { 'azure/net': ['error config/ike-proposals', 'error config/selectors'] },
  },
  {
    name: 'OpenVPN between two peers with certificates',
    ours: {
      'a.conf': `dev tun
proto tcp-client
remote 203.0.113.5 1194
ifconfig 10.9.0.1 10.9.0.2
tls-client
ca ca.crt
cert a.crt
key a.key
cipher BF-CBC
fragment 1300
mssfix
`,
    },
    theirs: {
      'b.conf': `dev tun
proto udp
ifconfig 10.9.0.1 10.9.0.2
tls-server
ca ca.crt
cert b.crt
key b.key
dh dh2048.pem
cipher AES-256-CBC
`,
    },
    facts: [{}, {}],
    problems: { a: ['error config/openvpn-proto', 'error config/openvpn-fragment', 'error config/openvpn-ifconfig'] },
  },
];

async function compareAll(ours: EndFiles, theirs: EndFiles, facts: Hard['facts']) {
  const [a, b] = [await readEnd(ours, facts[0]), await readEnd(theirs, facts[1])];
  return pairConnections(a.connections, b.connections).pairs.map((pair) => compareEnds(endOf(a, pair.ours), endOf(b, pair.theirs)));
}

describe('hard pairs', () => {
  it.each(hard)('$name: what is wrong is named, in the order in which it matters', async ({ ours, theirs, facts, problems: expected }) => {
    const found = await compareAll(ours, theirs, facts);
    expect(Object.fromEntries(found.map((one) => [one.ours.connection.name, problems(one)]))).toEqual(expected);
  });

  it.each(hard.flatMap((pair) => (['ours', 'theirs'] as const).map((who) => [pair.name, who, pair] as const)))(
    '%s: with the corrected lines of %s, one after another, nothing is left',
    async (_, who, pair) => {
      const files = { ours: pair.ours, theirs: pair.theirs };
      for (let round = 0; ; round++) {
        const all = await compareAll(files.ours, files.theirs, pair.facts);
        const open = all.find((one) => problems(one).length > 0);
        if (open === undefined) break;
        // Each correction mends one thing and makes no other.
        expect(round, problems(open).join()).toBeLessThan(8);
        const other = who === 'ours' ? 'theirs' : 'ours';
        const [first] = open.mismatches;
        const own = first === undefined ? undefined : correctionsOf(open, first).find(({ end }) => end === who);
        // A line that another connection has too would break that one: it says so, and the other end is mended.
        const shared = own?.edits.some(({ others }) => others !== undefined) === true;
        const text = shared ? undefined : mended(open, who, files[who], SECRET);
        if (text !== undefined) files[who] = text;
        else files[other] = mended(open, other, files[other], SECRET) ?? files[other];
      }
    },
  );
});
