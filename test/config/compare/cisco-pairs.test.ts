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
