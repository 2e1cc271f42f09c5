import { describe, expect, it } from 'vitest';
import { compareTexts, type EndFiles } from './compare-texts.js';

/** Pairs of Cisco's own boxes as tutorials have them, in words of our own. Secrets are made for tests. */
const POLICY = ' authentication pre-share\n hash sha\n group 5\n lifetime 86400\n';

const FIXED = `hostname hq
interface GigabitEthernet0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0
crypto isakmp policy 5
${POLICY} encryption aes
crypto isakmp enable outside
tunnel-group DefaultL2LGroup ipsec-attributes
 pre-shared-key made-for-tests
crypto ipsec transform-set TS esp-aes esp-sha-hmac
crypto dynamic-map any-branch 20 set transform-set TS
crypto map m 55 ipsec-isakmp dynamic any-branch
crypto map m interface outside
`;

const BRANCH = `hostname branch
interface GigabitEthernet0/0
 nameif outside
 ip address dhcp setroute
crypto isakmp policy 15
${POLICY} encryption aes
crypto isakmp enable outside
tunnel-group 192.0.2.1 type ipsec-l2l
tunnel-group 192.0.2.1 ipsec-attributes
 pre-shared-key made-for-tests
access-list hq permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0
crypto ipsec transform-set TS esp-aes esp-sha-hmac
crypto map m 10 match address hq
crypto map m 10 set peer 192.0.2.1
crypto map m 10 set transform-set TS
crypto map m interface outside
`;

const ROUTER = `hostname hq
crypto isakmp policy 1
${POLICY} encr aes
crypto isakmp key made-for-tests address 0.0.0.0
crypto isakmp keepalive 10 periodic
crypto ipsec transform-set TS esp-aes esp-sha-hmac
crypto map m 10 ipsec-isakmp
 set peer 198.51.100.1
 set transform-set TS
 match address branch
interface GigabitEthernet1
 ip address 192.0.2.1 255.255.255.0
 crypto map m
ip access-list extended branch
 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
`;

describe('two boxes of Cisco', () => {
  const compare = (ours: string, theirs: string) => {
    const [a, b]: readonly [EndFiles, EndFiles] = [{ 'ours.txt': ours }, { 'theirs.txt': theirs }];
    return compareTexts(a, b, {}, {});
  };

  it.each([
    ['one takes whoever comes', FIXED, BRANCH, []],
    ['lifetimes of phase 2 by default: the shorter is taken', ROUTER, BRANCH, ['info config/child-lifetime']],
    [
      'another key',
      ROUTER.replace('made-for-tests', 'made-for-others'),
      BRANCH,
      ['error config/psk-differs', 'info config/child-lifetime'],
    ],
    ['none for those without a group', FIXED.replace('DefaultL2LGroup', '203.0.113.1'), BRANCH, ['error config/psk-missing']],
  ])('%s', async (_, ours, theirs, wanted) => {
    const { mismatches, verdict } = await compare(ours, theirs);
    expect(mismatches.map(({ severity, code }) => `${severity} ${code}`)).toEqual(wanted);
    expect(verdict.comesUp).toBe(wanted.some((one) => one.startsWith('error')) ? 'no' : 'yes');
    if (verdict.comesUp === 'yes') expect(verdict).toEqual({ comesUp: 'yes', staysUp: 'yes', passesTraffic: 'yes' });
  });
});

/** IOS with a key for each direction, as its guides have them; strongSwan with a key for each identity. */
const CSR = `version 16.9
hostname CSR1
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy P
 proposal P
crypto ikev2 keyring K
 peer STRONGSWAN
  address 198.51.100.5
  pre-shared-key local made-for-csr
  pre-shared-key remote made-for-strongswan
crypto ikev2 profile PROF
 match identity remote fqdn gw.example
 identity local fqdn csr.example
 authentication remote pre-share
 authentication local pre-share
 keyring local K
 lifetime 28800
 dpd 30 3 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
crypto ipsec profile IPSEC
 set transform-set TS
 set pfs group14
 set ikev2-profile PROF
interface Tunnel0
 ip address 172.16.0.1 255.255.255.252
 tunnel source GigabitEthernet1
 tunnel mode ipsec ipv4
 tunnel destination 198.51.100.5
 tunnel protection ipsec profile IPSEC
interface GigabitEthernet1
 ip address 203.0.113.10 255.255.255.0
end
`;

const STRONGSWAN: EndFiles = {
  'ipsec.conf': `conn csr
	keyexchange=ikev2
	authby=psk
	left=198.51.100.5
	leftid=@gw.example
	leftsubnet=0.0.0.0/0
	right=203.0.113.10
	rightid=@csr.example
	rightsubnet=0.0.0.0/0
	mark=42
	ike=aes256-sha256-modp2048!
	esp=aes256-sha256-modp2048!
	ikelifetime=8h
	lifetime=1h
	dpdaction=restart
	auto=start
`,
  'ipsec.secrets': '@gw.example : PSK "made-for-strongswan"\n@csr.example : PSK "made-for-csr"\n',
};

describe('a router with a profile of IKEv2, and strongSwan', () => {
  const compare = (theirs: string) => compareTexts(STRONGSWAN, { 'csr.txt': theirs }, { product: 'strongswan' }, {});

  it('strongSwan tries both of its keys on what the router proves, and the lifetime is that of the profile', async () => {
    const { mismatches, rows } = await compare(CSR);
    expect(mismatches).toEqual([]);
    expect(rows.find(({ label }) => label === 'IKE lifetime')?.theirs).toMatchObject({
      text: '28800 s (8 h)',
      line: CSR.split('\n').indexOf(' lifetime 28800') + 1,
    });
  });

  it.each([
    ['of neither', CSR.replace('made-for-csr', 'made-for-others')],
    // With its own proof, strongSwan takes the one of its own identity.
    [
      'in the other order',
      CSR.replace('local made-for-csr', 'local made-for-strongswan').replace('remote made-for-strongswan', 'remote made-for-csr'),
    ],
  ])('keys %s differ', async (_, theirs) => {
    expect((await compare(theirs)).mismatches.map(({ code }) => code)).toEqual(['config/psk-differs']);
  });
});
