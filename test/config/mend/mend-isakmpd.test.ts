import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFiles, mended, problems } from '../compare/compare-texts.js';

/** An Openswan end and an isakmpd end that fit; a fault at the isakmpd end is gone with its corrected lines. Secrets are made for tests. */
const SECRET = 'made-for-tests-only-7Qx';

const OURS: EndFiles = {
  '/etc/ipsec.conf': `config setup
	nat_traversal=yes
conn net
	left=192.0.2.10
	leftid=@moon.example.com
	leftsubnet=10.1.0.0/16
	right=198.51.100.20
	rightid=@sun.example.com
	rightsubnet=10.2.0.0/16
	authby=secret
	auto=start
	ike=aes256-sha1;modp1536
	phase2alg=aes256-sha1;modp1536
	pfs=yes
	ikelifetime=8h
	keylife=1h
	dpddelay=30
	dpdtimeout=120
	dpdaction=restart
`,
  '/etc/ipsec.secrets': `@moon.example.com @sun.example.com : PSK "${SECRET}"\n`,
};
const FACTS = { addresses: ['192.0.2.10'], product: 'openswan', version: '2.6.37' } as const;

/** `transforms`: what `Transforms=` names, and its section where it has one. */
const isakmpd = (transforms: string, sections: string) => `[General]
Listen-on= 198.51.100.20
Default-phase-1-lifetime= 28800,60:86400
Default-phase-2-lifetime= 3600,60:86400
DPD-check-interval= 30

[Phase 1]
192.0.2.10= moon

[Phase 2]
Connections= net

[moon]
Phase= 1
Address= 192.0.2.10
Local-address= 198.51.100.20
Configuration= main
ID= sun-id
Remote-ID= moon-id
Authentication= ${SECRET}

[sun-id]
ID-type= FQDN
Name= sun.example.com

[moon-id]
ID-type= FQDN
Name= moon.example.com

[net]
Phase= 2
ISAKMP-peer= moon
Configuration= quick
Local-ID= here
Remote-ID= there

[here]
ID-type= IPV4_ADDR_SUBNET
Network= 10.2.0.0
Netmask= 255.255.0.0

[there]
ID-type= IPV4_ADDR_SUBNET
Network= 10.1.0.0
Netmask= 255.255.0.0

[main]
EXCHANGE_TYPE= ID_PROT
Transforms= ${transforms}

[quick]
EXCHANGE_TYPE= QUICK_MODE
Suites= QM-ESP-AES-256-SHA-PFS-GRP5-SUITE
${sections}`;

const styles = {
  'by the name of the transform': isakmpd('AES-256-SHA-GRP5', ''),
  'by sections of its own': isakmpd(
    'strong',
    `
[strong]
ENCRYPTION_ALGORITHM= AES_CBC
KEY_LENGTH= 256,128:256
HASH_ALGORITHM= SHA
AUTHENTICATION_METHOD= PRE_SHARED
GROUP_DESCRIPTION= MODP_1536
Life= long

[long]
LIFE_TYPE= SECONDS
LIFE_DURATION= 28800,60:86400
`,
  ),
};

type Fault = readonly [from: RegExp, to: string, finding: string];

const both: readonly Fault[] = [
  [/PFS-GRP5-/, '', 'error config/pfs'],
  [/PFS-GRP5-/, 'PFS-GRP14-', 'error config/pfs'],
  [/ESP-AES-256-SHA/, 'ESP-3DES-SHA', 'error config/esp-proposals'],
  [/ESP-AES-256-SHA/, 'ESP-AES-256-SHA2-256', 'error config/esp-proposals'],
  [/QM-ESP-AES/, 'QM-ESP-TRP-AES', 'error config/mode'],
  [/ID_PROT/, 'AGGRESSIVE', 'error config/exchange-mode'],
  [/phase-2-lifetime= 3600/, 'phase-2-lifetime= 600', 'warning config/child-lifetime'],
  [/Default-phase-2-lifetime.*\n/, '', 'warning config/child-lifetime'],
  [/DPD-check-interval= 30/, 'DPD-check-interval= 0', 'warning config/dead-peer-one-sided'],
  [/Network= 10\.2\.0\.0\nNetmask= 255\.255\.0\.0/, 'Network= 10.2.0.0\nNetmask= 255.255.255.0', 'error config/selectors'],
  [/Network= 10\.1\.0\.0/, 'Network= 10.9.0.0', 'error config/selectors'],
  [/Name= sun\.example\.com/, 'Name= star.example.com', 'error config/identity'],
  [/ID= sun-id\n/, '', 'error config/identity'],
  [/Authentication= .*/, 'Authentication= something-else', 'error config/psk-differs'],
];

const named: readonly Fault[] = [
  [/AES-256-SHA-GRP5/, 'AES-128-SHA-GRP5', 'error config/ike-proposals'],
  [/AES-256-SHA-GRP5/, '3DES-MD5-GRP2', 'error config/ike-proposals'],
  [/AES-256-SHA-GRP5/, '3DES-SHA, \\\n\t3DES-MD5', 'error config/ike-proposals'],
  [/Default-phase-1-lifetime.*\n/, '', 'warning config/ike-lifetime'],
];

const sectioned: readonly Fault[] = [
  [/HASH_ALGORITHM= SHA/, 'HASH_ALGORITHM= MD5', 'error config/ike-proposals'],
  [/MODP_1536/, 'MODP_1024', 'error config/ike-proposals'],
  [/AES_CBC/, '3DES_CBC', 'error config/ike-proposals'],
  [/LIFE_DURATION= 28800/, 'LIFE_DURATION= 3600', 'warning config/ike-lifetime'],
];

describe('isakmpd', () => {
  const compare = (text: string) => compareTexts(OURS, { 'isakmpd.conf': text }, FACTS);

  it.each(Object.entries(styles))('%s: fits', async (_, text) => expect(problems(await compare(text))).toEqual([]));

  it.each(
    Object.entries(styles).flatMap(([style, text], i) =>
      [...both, ...(i === 0 ? named : sectioned)].map((fault) => [style, ...fault, text] as const),
    ),
  )('%s: %s -> %s: %s, and gone with the corrected lines', async (_, from, to, finding, text) => {
    const broken = text.replace(from, to);
    expect(broken).not.toBe(text);
    const comparison = await compare(broken);
    expect(problems(comparison)[0]).toBe(finding);
    const files = mended(comparison, 'theirs', { 'isakmpd.conf': broken }, SECRET);
    expect(files, 'corrected lines').toBeDefined();
    expect(problems(await compare(files?.['isakmpd.conf'] ?? '')), files?.['isakmpd.conf']).toEqual([]);
  });

  it('another address of the peer is changed where phase 1 looks for it, too', async () => {
    const broken = styles['by the name of the transform'].replaceAll('192.0.2.10', '192.0.2.11');
    const comparison = await compare(broken);
    expect(problems(comparison)[0]).toBe('error config/peer-address');
    const text = mended(comparison, 'theirs', { 'isakmpd.conf': broken }, SECRET)?.['isakmpd.conf'] ?? '';
    expect(text).toMatch(/^192\.0\.2\.10= moon$/m);
    expect(problems(await compare(text))).toEqual([]);
  });

  it.each([
    ['two pairs of networks', '\tleftsubnets={10.1.0.0/16 10.3.0.0/16}'],
    ['AES-GCM', '\tphase2alg=aes_gcm256;modp1536'],
  ])('says nothing where one connection cannot say it: %s', async (_, setting) => {
    const key = setting.split('=')[0]?.trim().replace(/s$/, '') ?? '';
    const ours = { ...OURS, '/etc/ipsec.conf': (OURS['/etc/ipsec.conf'] ?? '').replace(new RegExp(`\\t${key}=.*`), setting) };
    const theirs = { 'isakmpd.conf': styles['by the name of the transform'] };
    const comparison = await compareTexts(ours, theirs, FACTS);
    expect(problems(comparison).length).toBeGreaterThan(0);
    expect(mended(comparison, 'theirs', theirs, SECRET)).toBeUndefined();
  });
});
