import { describe, expect, it } from 'vitest';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';

const ROUTER = `version 15.2
crypto isakmp policy 10
 authentication pre-share
crypto isakmp key made-for-tests-E address 192.0.2.10
crypto ipsec transform-set TS esp-aes esp-sha-hmac
crypto map CM 10 ipsec-isakmp
 set peer 192.0.2.10
 set transform-set TS
 match address 101
interface Loopback0
 ip address 203.0.113.77 255.255.255.255
interface GigabitEthernet0/1
 ip address 198.51.100.9 255.255.255.0 secondary
 ip address 198.51.100.20 255.255.255.0
 crypto map CM
access-list 101 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
end
`;

const PIX = `PIX Version 6.3(5)
ip address outside 198.51.100.20 255.255.255.0
access-list 101 permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0
crypto ipsec transform-set TS esp-3des esp-md5-hmac
crypto map m 10 ipsec-isakmp
crypto map m 10 match address 101
crypto map m 10 set peer 192.0.2.10
crypto map m 10 set transform-set TS
crypto map m interface outside
isakmp enable outside
isakmp key made-for-tests-F address 192.0.2.10 netmask 255.255.255.255
isakmp policy 10 authentication pre-share
: end
`;

describe('Interfaces', () => {
  it.each([
    ['the first address', ROUTER, '198.51.100.20'],
    ['none of DHCP', ROUTER.replace(/ ip address 198.51.100.20.*/, ' ip address dhcp'), '%any'],
    ['none of PPP', ROUTER.replace(/ ip address 198.51.100.20.*/, ' ip address negotiated'), '%any'],
    [
      'that of another interface',
      ROUTER.replace('crypto map CM 10', 'crypto map CM local-address Loopback0\ncrypto map CM 10'),
      '203.0.113.77',
    ],
    ['that of an old PIX', PIX, '198.51.100.20'],
    ['none of PPPoE on an old PIX', PIX.replace('outside 198.51.100.20 255.255.255.0', 'outside pppoe setroute'), '%any'],
  ])('has %s', (_, text, address) => {
    const { connections } = readCisco({ file: 'f', text });
    expect(connections.map(({ local }) => local.addresses.map(({ value }) => value))).toEqual([[address]]);
  });
});

describe('a crypto map that is applied to no interface', () => {
  const INSIDE = 'interface GigabitEthernet0/2\n ip address 10.1.0.1 255.255.0.0\n';
  const DIALER = 'interface Dialer1\n ip address negotiated\n';
  const router = (...lines: readonly string[]) =>
    ROUTER.replace(' crypto map CM\n', '').replace('end\n', `${[INSIDE, ...lines.map((line) => `${line}\n`)].join('')}end\n`);
  const outside = (text: string) => text.replace(/^( ip address 198\.51\.100\.20.*)$/m, '$1\n ip nat outside');

  it.each<[string, string, string | undefined]>([
    ['the default route', router('ip route 0.0.0.0 0.0.0.0 198.51.100.1'), 'GigabitEthernet0/1'],
    ['by its interface', router(DIALER, 'ip route 0.0.0.0 0.0.0.0 Dialer1'), 'Dialer1'],
    ['by an abbreviated one', router('ip route 0.0.0.0 0.0.0.0 Gi0/1 198.51.100.1'), 'GigabitEthernet0/1'],
    ['a longer route', router('ip route 0.0.0.0 0.0.0.0 198.51.100.1', 'ip route 192.0.2.0 255.255.255.0 10.1.0.9'), 'GigabitEthernet0/2'],
    [
      'not the one in reserve',
      router(DIALER, 'ip route 0.0.0.0 0.0.0.0 Dialer1 250', 'ip route 0.0.0.0 0.0.0.0 198.51.100.1'),
      'GigabitEthernet0/1',
    ],
    ['two alike', router(DIALER, 'ip route 0.0.0.0 0.0.0.0 Dialer1', 'ip route 0.0.0.0 0.0.0.0 198.51.100.1'), undefined],
    ['to nowhere', router('ip route 0.0.0.0 0.0.0.0 203.0.113.1'), undefined],
    ['the network of the peer', router().replace('set peer 192.0.2.10', 'set peer 198.51.100.10'), 'GigabitEthernet0/1'],
    ['what is outside of NAT', outside(router()), 'GigabitEthernet0/1'],
    ['nothing', router(), undefined],
    ['another map there', router('ip route 0.0.0.0 0.0.0.0 198.51.100.1').replace('secondary', 'secondary\n crypto map OTHER'), undefined],
  ])('%s tells where it belongs', (_, text, wanted) => {
    const remark = readCisco({ file: 'f', text }).remarks.find(({ code }) => code === 'not-applied');
    expect(remark?.fix).toBe(wanted === undefined ? undefined : `interface ${wanted}\n crypto map CM`);
    expect(text.split('\n')[(remark?.fixLine ?? 0) - 1]).toBe(wanted === undefined ? undefined : `interface ${wanted}`);
  });
});
