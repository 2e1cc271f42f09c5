import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFacts, type EndFiles, mended, problems } from './compare-texts.js';

/** Ends of other products than the seed story's, each pair healthy, then with one fault. Secrets are made for tests. */
const SECRET = 'made-for-tests-A1';

interface Side {
  readonly files: EndFiles;
  readonly facts: EndFacts;
}

const SWANCTL: Side = {
  files: {
    'swanctl.conf': `connections {
  net {
    version = 2
    local_addrs = 192.0.2.1
    remote_addrs = 198.51.100.1
    proposals = aes256-sha256-modp2048
    rekey_time = 26182s
    dpd_delay = 30s
    local {
      auth = psk
      id = moon.example.com
    }
    remote {
      auth = psk
      id = sun.example.com
    }
    children {
      net {
        local_ts = 10.1.0.0/16
        remote_ts = 10.2.0.0/16
        esp_proposals = aes256-sha256-modp2048
        life_time = 28800s
        start_action = trap
      }
    }
  }
}

secrets {
  ike-sun {
    id-1 = moon.example.com
    id-2 = sun.example.com
    secret = ${SECRET}
  }
}
`,
  },
  facts: { version: '5.9.8' },
};

const LIBRESWAN: Side = {
  files: {
    '/etc/ipsec.conf': `conn net
	left=198.51.100.1
	leftid=@sun.example.com
	leftsubnet=10.2.0.0/16
	right=192.0.2.1
	rightid=@moon.example.com
	rightsubnet=10.1.0.0/16
	authby=secret
	ikev2=insist
	ike=aes256-sha2_256;modp2048
	esp=aes256-sha2_256
	ikelifetime=8h
	salifetime=8h
	dpddelay=30
	dpdtimeout=120
	dpdaction=restart
	auto=start
`,
    '/etc/ipsec.secrets': `@sun.example.com @moon.example.com : PSK "${SECRET}"\n`,
  },
  facts: { product: 'libreswan', version: '4.10', addresses: ['198.51.100.1'] },
};

const STROKE: Side = {
  files: {
    '/etc/strongswan/ipsec.conf': `conn %default
	keyexchange=ikev2
	authby=psk

conn net
	left=198.51.100.1
	leftid=sun.example.com
	leftsubnet=10.2.0.0/16
	right=192.0.2.1
	rightid=moon.example.com
	rightsubnet=10.1.0.0/16
	ike=aes256-sha256-modp2048!
	esp=aes256-sha256-modp2048!
	ikelifetime=8h
	lifetime=8h
	dpdaction=restart
	dpddelay=30s
	auto=route
`,
    '/etc/strongswan/ipsec.secrets': `sun.example.com moon.example.com : PSK "${SECRET}"\n`,
  },
  facts: { product: 'strongswan', version: '5.9.8' },
};

/** By address: an ASA is not told apart by name. */
const SWANCTL_FOR_ASA: Side = {
  files: {
    'swanctl.conf': (SWANCTL.files['swanctl.conf'] ?? '')
      .replaceAll('moon.example.com', '192.0.2.1')
      .replaceAll('sun.example.com', '198.51.100.1'),
  },
  facts: SWANCTL.facts,
};

const ASA: Side = {
  files: {
    'asa.txt': `ASA Version 9.8(4)
hostname hq
interface GigabitEthernet0/0
 nameif outside
 ip address 198.51.100.1 255.255.255.0
object network here
 subnet 10.2.0.0 255.255.0.0
object network there
 subnet 10.1.0.0 255.255.0.0
access-list vpn extended permit ip object here object there
nat (inside,outside) source static here here destination static there there no-proxy-arp route-lookup
nat (inside,outside) after-auto source dynamic any interface
crypto ipsec ikev2 ipsec-proposal P
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto map m 10 match address vpn
crypto map m 10 set pfs group14
crypto map m 10 set peer 192.0.2.1
crypto map m 10 set ikev2 ipsec-proposal P
crypto map m interface outside
crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 14
 prf sha256
 lifetime seconds 28800
crypto ikev2 enable outside
tunnel-group 192.0.2.1 type ipsec-l2l
tunnel-group 192.0.2.1 ipsec-attributes
 ikev2 remote-authentication pre-shared-key ${SECRET}
 ikev2 local-authentication pre-shared-key ${SECRET}
: end
`,
  },
  facts: {},
};

const IOS: Side = {
  files: {
    'router.txt': `version 15.2
hostname rtr
crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp key ${SECRET} address 192.0.2.1
crypto isakmp keepalive 30 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto map CM 10 ipsec-isakmp
 set peer 192.0.2.1
 set security-association lifetime seconds 28800
 set transform-set TS
 set pfs group14
 match address VPN
interface GigabitEthernet0/1
 ip address 198.51.100.1 255.255.255.0
 crypto map CM
ip access-list extended VPN
 permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255
end
`,
  },
  facts: {},
};

const SWANCTL_V1: Side = {
  files: { 'swanctl.conf': (SWANCTL_FOR_ASA.files['swanctl.conf'] ?? '').replace('version = 2', 'version = 1') },
  facts: SWANCTL.facts,
};

/** Two tunnel interfaces: everything that is routed into them. */
const SWANCTL_VTI: Side = {
  files: {
    'swanctl.conf': (SWANCTL.files['swanctl.conf'] ?? '')
      .replaceAll('moon.example.com', '192.0.2.1')
      .replace(/_ts = .*/g, '_ts = 0.0.0.0/0')
      .replace('start_action = trap', 'start_action = trap\n        if_id_in = 7\n        if_id_out = 7'),
  },
  facts: SWANCTL.facts,
};

const IOS_VTI: Side = {
  files: {
    'router.txt': `version 15.9
hostname rtr
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy POL
 proposal P
crypto ikev2 keyring K
 peer moon
  address 192.0.2.1
  pre-shared-key ${SECRET}
crypto ikev2 profile PROF
 match identity remote address 192.0.2.1 255.255.255.255
 identity local fqdn sun.example.com
 authentication remote pre-share
 authentication local pre-share
 keyring local K
 dpd 30 5 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto ipsec profile IPSEC
 set transform-set TS
 set pfs group14
 set ikev2-profile PROF
interface GigabitEthernet0/1
 ip address 198.51.100.1 255.255.255.0
interface Tunnel1
 ip address 10.255.0.1 255.255.255.252
 tunnel source GigabitEthernet0/1
 tunnel mode ipsec ipv4
 tunnel destination 192.0.2.1
 tunnel protection ipsec profile IPSEC
end
`,
  },
  facts: {},
};

const pairs: Readonly<Record<string, readonly [Side, Side]>> = {
  'swanctl, libreswan': [SWANCTL, LIBRESWAN],
  'swanctl, stroke': [SWANCTL, STROKE],
  'swanctl, ASA IKEv2': [SWANCTL_FOR_ASA, ASA],
  'swanctl IKEv1, IOS': [SWANCTL_V1, IOS],
  'swanctl, IOS VTI': [SWANCTL_VTI, IOS_VTI],
};

type Fault = readonly [
  pair: keyof typeof pairs & string,
  side: 'ours' | 'theirs',
  from: string | RegExp,
  to: string,
  finding: string,
  mendedAt?: 'both' | 'ours' | 'theirs' | 'none',
];

const faults: readonly Fault[] = [
  [
    'swanctl, libreswan',
    'ours',
    'proposals = aes256-sha256-modp2048\n    re',
    'proposals = aes256-sha512-modp2048\n    re',
    'error config/ike-proposals',
  ],
  ['swanctl, libreswan', 'theirs', 'ike=aes256-sha2_256;modp2048', 'ike=aes_gcm256-sha2_256;modp2048', 'error config/ike-proposals'],
  ['swanctl, libreswan', 'theirs', 'esp=aes256-sha2_256', 'esp=aes_gcm256', 'error config/esp-proposals'],
  ['swanctl, libreswan', 'ours', 'esp_proposals = aes256-', 'esp_proposals = aes128-', 'error config/esp-proposals'],
  ['swanctl, libreswan', 'ours', 'sha256-modp2048\n        life', 'sha256\n        life', 'error config/pfs'],
  ['swanctl, libreswan', 'ours', 'sha256-modp2048\n        life', 'sha256-modp4096\n        life', 'error config/pfs'],
  ['swanctl, libreswan', 'theirs', 'auto=start', 'auto=start\n\tpfs=no', 'error config/pfs'],
  [
    'swanctl, libreswan',
    'ours',
    'id = sun.example.com\n    }\n    children',
    'id = star.example.com\n    }\n    children',
    'error config/identity',
  ],
  ['swanctl, libreswan', 'theirs', 'leftid=@sun', 'leftid=@star', 'error config/identity'],
  ['swanctl, libreswan', 'ours', 'remote_ts = 10.2.0.0/16', 'remote_ts = 10.2.0.0/24', 'error config/selectors'],
  ['swanctl, libreswan', 'theirs', 'leftsubnet=10.2.0.0/16', 'leftsubnet=10.2.0.0/24', 'error config/selectors'],
  ['swanctl, libreswan', 'ours', 'local_ts = 10.1.0.0/16', 'local_ts = 10.1.0.0/16[tcp/80]', 'error config/selectors'],
  ['swanctl, libreswan', 'ours', `secret = ${SECRET}`, 'secret = other', 'error config/psk-differs'],
  ['swanctl, libreswan', 'ours', 'id-2 = sun.example.com', 'id-2 = star.example.com', 'ok'],
  [
    'swanctl, libreswan',
    'theirs',
    '@sun.example.com @moon.example.com :',
    '@sun.example.com @mars.example.com :',
    'error config/psk-missing',
    'theirs',
  ],
  ['swanctl, libreswan', 'ours', 'version = 2', 'version = 1', 'error config/ike-version'],
  ['swanctl, libreswan', 'theirs', 'ikev2=insist', 'ikev2=no', 'error config/ike-version'],
  ['swanctl, libreswan', 'ours', 'start_action = trap', 'mode = transport\n        start_action = trap', 'error config/mode'],
  ['swanctl, libreswan', 'theirs', 'auto=start', 'auto=start\n\ttype=transport', 'error config/mode'],
  ['swanctl, libreswan', 'theirs', 'auto=start', 'auto=start\n\tsha2-truncbug=yes', 'error config/hash-truncation'],
  ['swanctl, libreswan', 'ours', 'start_action = trap', 'sha256_96 = yes\n        start_action = trap', 'error config/hash-truncation'],
  ['swanctl, libreswan', 'theirs', 'right=192.0.2.1', 'right=192.0.2.2', 'error config/peer-address', 'theirs'],
  ['swanctl, libreswan', 'ours', 'dpd_delay = 30s', 'dpd_delay = 0s', 'warning config/dead-peer-one-sided', 'ours'],
  ['swanctl, libreswan', 'ours', 'local {\n      auth = psk', 'local {\n      auth = pubkey', 'error config/authentication', 'ours'],
  ['swanctl, libreswan', 'theirs', 'auto=start', 'auto=ignore', 'warning config/not-loaded', 'theirs'],
  ['swanctl, libreswan', 'theirs', 'auto=start', 'auto=start\n\tcompress=yes', 'warning config/compression'],
  ['swanctl, libreswan', 'ours', 'start_action = trap', 'colour = blue', 'error config/unknown-keyword', 'none'],
  ['swanctl, stroke', 'theirs', 'ike=aes256-sha256-modp2048!', 'ike=aes128-sha256-modp2048!', 'error config/ike-proposals'],
  ['swanctl, stroke', 'theirs', 'esp=aes256-sha256-modp2048!', 'esp=aes256-sha256!', 'error config/pfs'],
  ['swanctl, stroke', 'theirs', 'authby=psk', 'authby=pubkey', 'error config/authentication'],
  ['swanctl, stroke', 'theirs', 'leftsubnet=10.2.0.0/16', 'leftsubnet=10.2.0.0/24', 'warning config/selectors'],
  ['swanctl, stroke', 'theirs', 'keyexchange=ikev2', 'keyexchange=ikev1', 'error config/ike-version'],
  ['swanctl, stroke', 'theirs', 'rightid=moon', 'rightid=mars', 'error config/identity'],
  ['swanctl, ASA IKEv2', 'theirs', ' integrity sha256', ' integrity sha512', 'error config/ike-proposals'],
  ['swanctl, ASA IKEv2', 'theirs', ' group 14\n', ' group 19 20\n', 'error config/ike-proposals'],
  ['swanctl, ASA IKEv2', 'theirs', ' prf sha256', ' prf sha512', 'error config/ike-proposals'],
  ['swanctl, ASA IKEv2', 'theirs', 'esp encryption aes-256', 'esp encryption aes-gcm-256', 'error config/esp-proposals'],
  ['swanctl, ASA IKEv2', 'theirs', 'esp integrity sha-256', 'esp integrity sha-1', 'error config/esp-proposals'],
  ['swanctl, ASA IKEv2', 'theirs', 'set pfs group14', 'set pfs group5', 'error config/pfs'],
  ['swanctl, ASA IKEv2', 'theirs', /^crypto map m 10 set pfs.*\n/m, '', 'error config/pfs'],
  [
    'swanctl, ASA IKEv2',
    'theirs',
    'remote-authentication pre-shared-key',
    'remote-authentication pre-shared-key X',
    'error config/psk-differs',
    'theirs',
  ],
  ['swanctl, ASA IKEv2', 'theirs', ' subnet 10.1.0.0 255.255.0.0', ' subnet 10.1.0.0 255.255.255.0', 'error config/selectors'],
  ['swanctl, ASA IKEv2', 'theirs', 'crypto ikev2 enable outside\n', '', 'error config/ike-not-enabled', 'theirs'],
  ['swanctl, ASA IKEv2', 'theirs', /^nat .*static.*\n/m, '', 'error config/no-nat-exemption', 'theirs'],
  ['swanctl, ASA IKEv2', 'ours', 'remote_addrs = 198.51.100.1', 'remote_addrs = 198.51.100.2', 'error config/peer-address', 'ours'],
  ['swanctl, ASA IKEv2', 'ours', 'start_action = trap', 'start_action = trap\n        mode = transport', 'error config/mode'],
  ['swanctl IKEv1, IOS', 'theirs', ' hash sha256', ' hash md5', 'error config/ike-proposals'],
  ['swanctl IKEv1, IOS', 'theirs', 'esp-aes 256 esp-sha256-hmac', 'esp-3des esp-md5-hmac', 'error config/esp-proposals'],
  ['swanctl IKEv1, IOS', 'theirs', ' set pfs group14\n', '', 'error config/pfs'],
  ['swanctl IKEv1, IOS', 'theirs', ' lifetime 28800', ' lifetime 3600', 'warning config/ike-lifetime'],
  ['swanctl IKEv1, IOS', 'theirs', 'seconds 28800', 'seconds 3600', 'warning config/child-lifetime'],
  ['swanctl IKEv1, IOS', 'theirs', 'permit ip 10.2.0.0 0.0.255.255', 'permit ip 10.2.0.0 0.0.0.255', 'error config/selectors'],
  ['swanctl IKEv1, IOS', 'theirs', `key ${SECRET}`, 'key other', 'error config/psk-differs'],
  // Off by itself, where nothing is written.
  ['swanctl IKEv1, IOS', 'theirs', 'crypto isakmp keepalive 30 periodic\n', '', 'info config/dead-peer-one-sided', 'theirs'],
  ['swanctl IKEv1, IOS', 'theirs', ' authentication pre-share\n', '', 'error config/authentication', 'theirs'],
  ['swanctl, IOS VTI', 'theirs', ' integrity sha256', ' integrity sha512', 'error config/ike-proposals'],
  [
    'swanctl, IOS VTI',
    'theirs',
    ' encryption aes-cbc-256\n integrity sha256',
    ' encryption aes-gcm-256\n prf sha256',
    'error config/ike-proposals',
  ],
  ['swanctl, IOS VTI', 'theirs', 'crypto ikev2 policy POL\n proposal P\n', '', 'error config/ike-proposals'],
  [
    'swanctl, IOS VTI',
    'ours',
    'proposals = aes256-sha256-modp2048\n    re',
    'proposals = aes256gcm16-prfsha384-ecp384\n    re',
    'error config/ike-proposals',
  ],
  ['swanctl, IOS VTI', 'theirs', 'esp-aes 256 esp-sha256-hmac', 'esp-gcm 256', 'error config/esp-proposals'],
  ['swanctl, IOS VTI', 'theirs', ' set pfs group14\n', '', 'error config/pfs'],
  ['swanctl, IOS VTI', 'theirs', 'set pfs group14', 'set pfs group19', 'error config/pfs'],
  ['swanctl, IOS VTI', 'theirs', `pre-shared-key ${SECRET}`, 'pre-shared-key other', 'error config/psk-differs'],
  ['swanctl, IOS VTI', 'theirs', 'address 192.0.2.1\n  pre', 'address 192.0.2.9\n  pre', 'error config/psk-missing', 'theirs'],
  ['swanctl, IOS VTI', 'theirs', 'identity local fqdn sun', 'identity local fqdn star', 'error config/identity'],
  ['swanctl, IOS VTI', 'theirs', ' identity local fqdn sun.example.com\n', '', 'error config/identity'],
  [
    'swanctl, IOS VTI',
    'theirs',
    'match identity remote address 192.0.2.1 255.255.255.255',
    'match identity remote fqdn mars',
    'error config/identity',
  ],
  ['swanctl, IOS VTI', 'theirs', 'tunnel destination 192.0.2.1', 'tunnel destination 192.0.2.2', 'error config/peer-address', 'theirs'],
  ['swanctl, IOS VTI', 'theirs', ' mode tunnel', ' mode transport', 'error config/mode'],
  ['swanctl, IOS VTI', 'theirs', 'authentication local pre-share', 'authentication local rsa-sig', 'error config/authentication', 'theirs'],
  ['swanctl, IOS VTI', 'theirs', 'profile IPSEC\nend', 'profile OTHER\nend', 'error config/unknown-reference', 'none'],
  ['swanctl, IOS VTI', 'ours', 'remote_ts = 0.0.0.0/0', 'remote_ts = 10.2.0.0/16', 'error config/selectors', 'ours'],
  ['swanctl IKEv1, IOS', 'theirs', /crypto isakmp key.*\n/, '', 'error config/psk-missing', 'theirs'],
  ['swanctl IKEv1, IOS', 'theirs', ' crypto map CM\n', '', 'error config/crypto-map-not-applied', 'theirs'],
];

/** What somebody who knows the other end's secret would write. */
function secretOf(files: EndFiles): string {
  const found = /PSK "([^"]*)"|pre-shared-key (?:X)?(\S+)|secret = (\S+)|isakmp key (\S+)/.exec(Object.values(files).join('\n'));
  return found?.slice(1).find((text) => text !== undefined) ?? SECRET;
}

describe('two ends of two products', () => {
  const compare = (ours: EndFiles, theirs: EndFiles, [a, b]: readonly [Side, Side]) => compareTexts(ours, theirs, a.facts, b.facts);

  it.each(Object.entries(pairs))('%s: fit', async (_, pair) => {
    const comparison = await compare(pair[0].files, pair[1].files, pair);
    expect(problems(comparison)).toEqual([]);
    expect(comparison.verdict).toEqual({ comesUp: 'yes', staysUp: 'yes', passesTraffic: 'yes' });
  });

  it.each(faults.map((fault, i) => [i, ...fault] as const))(
    '%i: %s, %s: %s -> %s: %s',
    async (_, name, side, from, to, finding, where = 'both') => {
      const pair = pairs[name] as readonly [Side, Side];
      const changed = (files: EndFiles) => Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(from, to)]));
      const files = {
        ours: side === 'ours' ? changed(pair[0].files) : pair[0].files,
        theirs: side === 'theirs' ? changed(pair[1].files) : pair[1].files,
      };
      expect(files).not.toEqual({ ours: pair[0].files, theirs: pair[1].files });
      const broken = await compare(files.ours, files.theirs, pair);
      const [first] = broken.mismatches.map(({ severity, code }) => `${severity} ${code}`);
      expect(first ?? 'ok').toBe(finding);
      if (finding === 'ok') return;
      for (const who of ['ours', 'theirs'] as const) {
        const text = mended(broken, who, files[who], secretOf(who === 'ours' ? files.theirs : files.ours));
        expect(text !== undefined, `corrected lines for ${who}`).toBe(where === 'both' || where === who);
        if (text === undefined) continue;
        const both = { ...files, [who]: text };
        let again = await compare(both.ours, both.theirs, pair);
        // An end that is somebody else now keeps its secrets under the old name.
        const next =
          problems(again)[0] === 'error config/psk-missing' ? mended(again, 'theirs', both.theirs, secretOf(both.ours)) : undefined;
        if (next !== undefined) again = await compare(both.ours, next, pair);
        expect(problems(again), `${who} mended:\n${Object.values(text)[0]}`).toEqual([]);
        expect(again.mismatches.map(({ code }) => `info ${code}`)).not.toContain(finding);
      }
    },
  );
});
