import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFacts, type EndFiles, mended, problems } from './compare-texts.js';

/** libreswan towards an ASA 8.2 with group 2, as thousands of them still stand. Secrets are made for tests. */
const libreswan = (ike: string, esp = 'aes128-sha1', more = 'pfs=no'): EndFiles => ({
  '/etc/ipsec.conf': `conn asa
	left=198.51.100.5
	leftsubnet=10.20.0.0/16
	right=203.0.113.10
	rightsubnet=192.168.1.0/24
	authby=secret
	ikev2=no
	ike=${ike}
	esp=${esp}
	${more}
	ikelifetime=24h
	salifetime=8h
	dpddelay=10
	dpdtimeout=60
	dpdaction=restart
	auto=start
`,
  '/etc/ipsec.secrets': ': PSK "made-for-tests"\n',
});

const asa = (group: number, pfs = ''): EndFiles => ({
  'asa.txt': `ASA Version 8.2(5)
hostname fw
interface Vlan2
 nameif outside
 ip address 203.0.113.10 255.255.255.248
access-list vpn extended permit ip 192.168.1.0 255.255.255.0 10.20.0.0 255.255.0.0
crypto ipsec transform-set T esp-aes esp-sha-hmac
crypto map m 1 match address vpn
crypto map m 1 set peer 198.51.100.5
crypto map m 1 set transform-set T
${pfs}crypto map m interface outside
crypto isakmp enable outside
crypto isakmp policy 10
 authentication pre-share
 encryption aes
 hash sha
 group ${group}
 lifetime 86400
tunnel-group 198.51.100.5 type ipsec-l2l
tunnel-group 198.51.100.5 ipsec-attributes
 pre-shared-key made-for-tests
: end
`,
});

const facts = (version?: string): EndFacts => ({
  product: 'libreswan',
  addresses: ['198.51.100.5'],
  ...(version !== undefined && { version }),
});

describe('algorithms that a release does not have', () => {
  it.each<[string, EndFiles, EndFiles, string | undefined, readonly string[]]>([
    ['never there', libreswan('aes128-sha1;modp768'), asa(1), '4.10', ['error config/dropped-algorithm']],
    [
      'never there, of a release that nobody told',
      libreswan('aes128-sha1;modp768'),
      asa(1),
      undefined,
      ['warning config/dropped-algorithm'],
    ],
    ['left out by those who build it', libreswan('aes128-sha1;modp1024'), asa(2), '4.10', ['info config/dropped-algorithm']],
    ['still there', libreswan('aes128-sha1;modp1024'), asa(2), '3.25', []],
    [
      'in phase 2',
      libreswan('aes128-sha1;modp1536', 'aes128-sha1;modp768', 'pfs=yes'),
      asa(5, 'crypto map m 1 set pfs group1\n'),
      '4.10',
      ['error config/dropped-algorithm'],
    ],
  ])('are told: %s', async (_, ours, theirs, version, expected) => {
    const { mismatches, verdict } = await compareTexts(ours, theirs, facts(version));
    expect(mismatches.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
    const [first = ''] = expected;
    expect(verdict.comesUp).toBe(first.startsWith('error') ? 'no' : first.startsWith('warning') ? 'perhaps' : 'yes');
  });

  it.each<[string, EndFiles, EndFiles, string]>([
    ['group 2', libreswan('aes128-sha1;modp1536'), asa(2), 'error config/ike-proposals'],
    ['PFS with group 1', libreswan('aes128-sha1;modp1536'), asa(5, 'crypto map m 1 set pfs group1\n'), 'error config/pfs'],
  ])('are in no corrected line: %s', async (_, ours, theirs, expected) => {
    const found = await compareTexts(ours, theirs, facts('4.10'));
    expect(problems(found)).toEqual([expected]);
    expect(mended(found, 'ours', ours, '')).toBeUndefined();
    const files = mended(found, 'theirs', theirs, '') ?? {};
    expect(problems(await compareTexts(ours, files, facts('4.10')))).toEqual([]);
    // An older release has them.
    if (expected.endsWith('ike-proposals')) expect(mended(await compareTexts(ours, theirs, facts('3.25')), 'ours', ours, '')).toBeDefined();
  });
});
