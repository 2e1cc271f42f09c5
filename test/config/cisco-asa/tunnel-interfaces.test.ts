import { describe, expect, it } from 'vitest';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';
import { selectorsOf, selectorText } from '../../../src/config/effective/selectors.js';
import type { Connection } from '../../../src/model/connection.js';

const FILE = 'show-run.txt';

const VTI = `hostname hq
crypto ikev2 proposal P
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy POL
 proposal P
crypto ikev2 keyring K
 peer branch
  address 198.51.100.7
  pre-shared-key made-for-tests-C
crypto ikev2 profile PROF
 match identity remote address 198.51.100.7 255.255.255.255
 identity local fqdn hq.example.com
 authentication remote pre-share
 authentication local pre-share
 keyring local K
 lifetime 28800
 dpd 10 3 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto ipsec profile IPSEC
 set transform-set TS
 set pfs group14
 set ikev2-profile PROF
 set security-association lifetime seconds 3600
interface GigabitEthernet0/1
 ip address 203.0.113.1 255.255.255.0
interface Tunnel7
 ip address 10.255.0.1 255.255.255.252
 tunnel source GigabitEthernet0/1
 tunnel mode ipsec ipv4
 tunnel destination 198.51.100.7
 tunnel protection ipsec profile IPSEC
end
`;

const HUB = `version 15.7
crypto isakmp policy 10
 encr aes
 authentication pre-share
 group 14
crypto isakmp key made-for-tests-D address 0.0.0.0
crypto ipsec transform-set TS esp-aes esp-sha-hmac
 mode transport
crypto ipsec profile P
 set transform-set TS
interface Loopback0
 ip address 203.0.113.9 255.255.255.255
interface Tunnel0
 ip address 10.99.0.1 255.255.255.0
 ip nhrp network-id 1
 tunnel source Loopback 0
 tunnel mode gre multipoint
 tunnel protection ipsec profile P
end
`;

const ASA = `ASA Version 9.8(4)
interface GigabitEthernet0/0
 nameif outside
 ip address 203.0.113.1 255.255.255.0
interface Tunnel1
 nameif vti
 ip address 10.255.0.1 255.255.255.252
 tunnel source interface outside
 tunnel destination 198.51.100.7
 tunnel mode ipsec ipv4
 tunnel protection ipsec profile P
crypto ipsec ikev2 ipsec-proposal AES
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto ipsec profile P
 set ikev2 ipsec-proposal AES
 set pfs group14
crypto ikev2 policy 1
 encryption aes-256
 integrity sha256
 group 14
 prf sha256
crypto ikev2 enable outside
tunnel-group 198.51.100.7 type ipsec-l2l
tunnel-group 198.51.100.7 ipsec-attributes
 ikev2 remote-authentication pre-shared-key *****
 ikev2 local-authentication pre-shared-key *****
: end
`;

function summary(connection: Connection) {
  const values = (list: readonly { readonly value: unknown }[]) => list.map(({ value }) => value).join(' ');
  return {
    name: connection.name,
    from: values(connection.local.addresses),
    to: values(connection.remote.addresses),
    ids: `${connection.local.id?.value} ${connection.remote.id?.value}`,
    version: connection.ikeVersion.value,
    auth: values(connection.local.auth),
    ike: values(connection.ikeProposals),
    esp: values(connection.espProposals),
    mode: connection.mode.value,
    lifetimes: `${connection.ikeLifetime?.value} ${connection.childLifetime?.value}`,
    networks: selectorsOf(connection).pairs.map(selectorText).join(', '),
  };
}

const read = (text: string) => readCisco({ file: FILE, text });

const vti = {
  name: 'Tunnel7',
  from: '203.0.113.1',
  to: '198.51.100.7',
  ids: '@hq.example.com 198.51.100.7',
  version: 'ikev2',
  auth: 'psk',
  ike: 'aes256-sha256-modp2048',
  esp: 'aes256-sha256-modp2048',
  mode: 'tunnel',
  lifetimes: '28800 3600',
  networks: '0.0.0.0/0 - 0.0.0.0/0',
};

describe('interfaceTunnels', () => {
  it.each([
    ['a router with its profiles', VTI],
    ['modes left by exit, as typed in', VTI.replace(/\n(?=crypto|interface)/g, '\n exit\n')],
    ['the same without indentation', VTI.replace(/\n(?=crypto|interface)/g, '\n exit\n').replace(/^ +/gm, '')],
    ['comments within modes', VTI.replaceAll(' set pfs', '! of our own\n set pfs').replaceAll('  address', '! the branch\n  address')],
    ['typed at a prompt', VTI.replace(/^ +(.*)$/gm, 'hq(config-mode)#$1').replace(/^(crypto|interface)/gm, 'hq(config)# $1')],
    ['an abbreviated interface', VTI.replace('source GigabitEthernet0/1', 'source Gi0/1')],
    ['the address itself', VTI.replace('source GigabitEthernet0/1', 'source 203.0.113.1')],
  ])('reads a VTI: %s', (_, text) => {
    const { platform, connections, remarks } = read(text);
    expect([platform, remarks]).toEqual(['ios', []]);
    expect(connections.map(summary)).toEqual([vti]);
  });

  it('tells every value its line', () => {
    const line = (text: string) => VTI.split('\n').findIndex((each) => each.includes(text)) + 1;
    const [connection] = read(VTI).connections;
    expect(connection?.local.addresses[0]?.line).toBe(line('ip address 203'));
    expect(connection?.local.id?.line).toBe(line('identity local'));
    expect(connection?.remote.addresses[0]?.line).toBe(line('tunnel destination'));
    expect(connection?.selectorPairs?.[0]?.local.line).toBe(line('tunnel mode'));
    expect(connection?.childLifetime?.line).toBe(line('lifetime seconds 3600'));
    expect(connection?.other.find(({ key }) => key === 'dpd')?.value).toEqual({ value: '10 3 periodic', file: FILE, line: line('dpd 10') });
  });

  it('reads GRE under IPsec: the outer addresses', () => {
    const [connection] = read(VTI.replace(' tunnel mode ipsec ipv4\n', '')).connections;
    expect(selectorsOf(connection as Connection).pairs.map(selectorText)).toEqual(['203.0.113.1/32[gre] - 198.51.100.7/32[gre]']);
  });

  it('reads the hub of a DMVPN, and a spoke of it', () => {
    const { connections, remarks } = read(HUB);
    expect(remarks).toEqual([]);
    expect(connections.map(summary)).toEqual([
      {
        name: 'Tunnel0',
        from: '203.0.113.9',
        to: '%any',
        ids: 'undefined undefined',
        version: 'ikev1',
        auth: 'psk',
        ike: 'aes128-sha1-modp2048',
        esp: 'aes128-sha1',
        mode: 'transport',
        lifetimes: '86400 3600',
        networks: '',
      },
    ]);
    const spoke = HUB.replace(' tunnel source', ' ip nhrp map multicast 192.0.2.1\n ip nhrp map 10.99.0.254 192.0.2.1\n tunnel source');
    expect(read(spoke).connections.map(({ remote }) => remote.addresses[0]?.value)).toEqual(['192.0.2.1']);
  });

  it('reads a VTI of an ASA, which looks for its tunnel-group', () => {
    const { platform, connections, remarks } = read(ASA);
    expect([platform, remarks]).toEqual(['asa', []]);
    expect(connections.map(summary)).toEqual([
      {
        ...vti,
        name: 'Tunnel1',
        ids: 'undefined undefined',
        ike: 'aes256-sha256-prfsha256-modp2048',
        lifetimes: '86400 28800',
      },
    ]);
    const codes = (text: string) => read(text).remarks.map(({ code }) => code);
    expect(codes(ASA.replaceAll('tunnel-group 198.51.100.7', 'tunnel-group 198.51.100.8'))).toEqual(['no-tunnel-group']);
    expect(codes(ASA.replace('crypto ikev2 enable outside\n', ''))).toEqual(['not-enabled']);
  });

  it.each([
    ['the profile', VTI.replace('ipsec profile IPSEC\nend', 'ipsec profile OTHER\nend'), 'there is no crypto ipsec profile OTHER'],
    ['the IKE profile', VTI.replace('set ikev2-profile PROF', 'set ikev2-profile OTHER'), 'there is no crypto ikev2 profile OTHER'],
    ['the transform set', VTI.replace('set transform-set TS', 'set transform-set OTHER'), 'there is no transform-set OTHER'],
  ])('says that %s is not there', (_, text, said) => {
    expect(read(text).remarks).toMatchObject([{ code: 'unknown-reference', text: said, connection: 'Tunnel7' }]);
  });

  it('knows that a proposal in no policy is not offered, and what is instead', () => {
    const { connections, remarks } = read(VTI.replace('crypto ikev2 policy POL\n proposal P\n', ''));
    expect(remarks.map(({ code }) => code)).toEqual(['not-in-a-policy']);
    expect(connections[0]?.ikeProposals.map(({ value, line }) => [value, line])).toEqual([
      ['aes256-sha512-sha384-ecp256-modp2048-ecp521', 0],
    ]);
  });

  it('takes what IOS has in force by itself: policies of IKEv1, transform sets', () => {
    const bare = HUB.replace(/crypto isakmp policy 10\n( .*\n)+/, '').replace(' set transform-set TS\n', ' set pfs group14\n');
    const [connection] = read(bare).connections;
    expect(connection?.espProposals.map(({ value, line }) => [value, line])).toEqual([
      ['aes128-sha1-modp2048', 0],
      ['3des-sha1-modp2048', 0],
    ]);
    expect(connection?.ikeProposals.map(({ value }) => value)).toContain('aes128-sha1-modp1536');
    expect(read(bare.replace('version 15.7', 'version 12.3')).remarks.map(({ code }) => code)).toEqual(['no-transform-set']);
    const old = HUB.replace(/crypto isakmp policy 10\n( .*\n)+/, '').replace('version 15.7', 'version 12.3');
    expect(read(old).remarks.map(({ code }) => code)).toEqual(['no-policy']);
  });
});
