import { describe, expect, it } from 'vitest';
import type { CiscoConfig } from '../../../src/config/cisco-asa/cisco-config.js';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';
import type { Connection } from '../../../src/model/connection.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';
import { SEED_ASA } from '../seed-story.js';

const FILE = 'show-run.txt';

function read(text: string): CiscoConfig {
  return readCisco({ file: FILE, text });
}

function only(text: string): Connection {
  const { connections } = read(text);
  expect(connections).toHaveLength(1);
  return connections[0] as Connection;
}

/** What tells one connection from another, without places. */
function summary(connection: Connection) {
  const values = (list: readonly { readonly value: unknown }[]) => list.map(({ value }) => value).join(' ');
  return {
    name: connection.name,
    from: values(connection.local.addresses),
    to: values(connection.remote.addresses),
    version: connection.ikeVersion.value,
    auth: values(connection.local.auth),
    ike: values(connection.ikeProposals),
    esp: values(connection.espProposals),
    pfs: connection.pfs.value,
    lifetimes: `${connection.ikeLifetime?.value} ${connection.childLifetime?.value}`,
    pairs: (connection.selectorPairs ?? []).map(({ local, remote, remotePort }) =>
      [local, remote, remotePort].flatMap((part) => part?.value ?? []).join(' '),
    ),
  };
}

const SEED = {
  name: 'outside_map 1',
  from: '198.51.100.20',
  to: '192.0.2.10',
  version: 'ikev1',
  auth: 'psk',
  ike: '3des-md5-modp1024',
  esp: '3des-md5',
  pfs: false,
  lifetimes: '86400 28800',
  pairs: ['172.20.30.0/24 10.10.1.5/32'],
};

/** ASA 9: IKEv2, objects, groups in groups, identity twice NAT. */
const ASA9 = `ASA Version 9.8(4)
hostname hq
interface GigabitEthernet0/0
 nameif outside
 ip address 203.0.113.1 255.255.255.0
object network lan-a
 subnet 10.1.0.0 255.255.0.0
object network srv
 host 10.2.0.9
object-group network ours
 network-object object lan-a
 network-object host 10.9.9.9
 group-object more
object-group network more
 network-object object srv
object-group network theirs
 network-object 192.168.5.0 255.255.255.0
access-list vpn extended permit ip object-group ours object-group theirs
access-list vpn extended deny ip any4 any4
nat (inside,outside) source static ours ours destination static theirs theirs no-proxy-arp route-lookup
nat (inside,outside) after-auto source dynamic any interface
crypto ipsec ikev2 ipsec-proposal GCM
 protocol esp encryption aes-gcm-256
 protocol esp integrity null
crypto ipsec ikev2 ipsec-proposal CBC
 protocol esp encryption aes-256 aes
 protocol esp integrity sha-256 sha-1
crypto map m 20 match address vpn
crypto map m 20 set pfs group14
crypto map m 20 set peer 198.51.100.7 198.51.100.8
crypto map m 20 set ikev2 ipsec-proposal GCM CBC
crypto map m 20 set security-association lifetime seconds 3600
crypto map m 20 set reverse-route
crypto map m interface outside
crypto ikev2 policy 5
 encryption aes-256
 integrity sha256
 group 19 14
 prf sha256
 lifetime seconds 28800
crypto ikev2 enable outside
group-policy GP internal
group-policy GP attributes
 vpn-tunnel-protocol ikev2
tunnel-group 198.51.100.7 type ipsec-l2l
tunnel-group 198.51.100.7 general-attributes
 default-group-policy GP
tunnel-group 198.51.100.7 ipsec-attributes
 ikev2 remote-authentication pre-shared-key made-for-tests-A
 ikev2 local-authentication pre-shared-key *****
tunnel-group 198.51.100.8 type ipsec-l2l
tunnel-group 198.51.100.8 ipsec-attributes
 ikev2 remote-authentication certificate
 ikev2 local-authentication certificate TP
: end
`;

const IOS = `version 15.2
hostname rtr
crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp policy 5
 encr 3des
 authentication pre-share
 group 2
crypto isakmp key made-for-tests-B address 192.0.2.10
crypto isakmp keepalive 10 periodic
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto map CM 10 ipsec-isakmp
 description to the other end
 set peer 192.0.2.10
 set transform-set TS
 set pfs group14
 match address VPN
interface GigabitEthernet0/1
 ip address 198.51.100.20 255.255.255.0
 crypto map CM
ip nat inside source list NAT interface GigabitEthernet0/1 overload
ip access-list extended NAT
 deny   ip 172.20.30.0 0.0.0.255 10.10.0.0 0.0.255.255
 permit ip 172.20.30.0 0.0.0.255 any
ip access-list extended VPN
 10 permit ip 172.20.30.0 0.0.0.255 10.10.0.0 0.0.255.255
 20 permit tcp host 172.20.30.9 10.11.0.0 0.0.255.255 eq 443
end
`;

describe('readCisco', () => {
  it('reads the seed story, every value with its line', () => {
    const { connections, secrets, remarks, platform, version } = read(SEED_ASA);
    expect([platform, version?.value, remarks]).toEqual(['asa', '8.2(5)', []]);
    expect(connections.map(summary)).toEqual([SEED]);
    const line = (text: string) => SEED_ASA.split('\n').indexOf(text) + 1;
    const asa = connections[0] as Connection;
    expect(asa.ikeProposals[0]?.parts?.map((part) => part.line)).toEqual([line(' encryption 3des'), line(' hash md5'), line(' group 2')]);
    expect(asa.ikeLifetime?.line).toBe(line(' lifetime 86400'));
    expect(asa.remote.addresses[0]?.line).toBe(line('crypto map outside_map 1 set peer 192.0.2.10'));
    expect(asa.natTraversal).toEqual({ value: true, file: FILE, line: line('crypto isakmp nat-traversal 20') });
    expect(JSON.stringify({ connections, secrets, remarks })).not.toContain('made-for-tests');
    expect(Buffer.from(secrets[0]?.secret?.reveal() ?? []).toString()).toBe('made-for-tests-only-7Qx');
  });

  it.each([
    ['CR LF', SEED_ASA.replaceAll('\n', '\r\n')],
    ['indentation lost', SEED_ASA.replace(/^ +/gm, '')],
    ['indented as a whole', SEED_ASA.replace(/^/gm, '    ')],
    [
      'a pager, its line wiped out',
      SEED_ASA.replace('crypto map outside_map 1 set peer', '<--- More --->\r              \rcrypto map outside_map 1 set peer'),
    ],
    ['a pager within a mode', SEED_ASA.replace(' hash md5', '<--- More --->\r              \r hash md5')],
    ['a pager, backspaces', SEED_ASA.replace(' group 2', ` --More-- ${'\b'.repeat(10)}${' '.repeat(10)}${'\b'.repeat(10)} group 2`)],
    ['prompts', `fw-branch# terminal pager 0\nfw-branch# show running-config\n${SEED_ASA}fw-branch# `],
    [
      'ASA 8.4 words',
      SEED_ASA.replace('8.2(5)', '8.4(7)')
        .replaceAll('crypto isakmp policy', 'crypto ikev1 policy')
        .replace('isakmp enable', 'ikev1 enable')
        .replace('ipsec transform-set', 'ipsec ikev1 transform-set')
        .replace('set transform-set', 'set ikev1 transform-set')
        .replace(' pre-shared', ' ikev1 pre-shared'),
    ],
    [
      'PIX words',
      SEED_ASA.replace('ASA Version', 'PIX Version')
        .replaceAll('crypto isakmp', 'isakmp')
        .replace(/isakmp policy 10\n( .*\n){5}/, (mode) =>
          mode
            .split('\n')
            .slice(1, -1)
            .map((line) => `isakmp policy 10${line}\n`)
            .join(''),
        ),
    ],
    [
      'a name for an address',
      SEED_ASA.replace('names\n', 'names\nname 192.0.2.10 peer-gw\n').replace('set peer 192.0.2.10', 'set peer peer-gw'),
    ],
  ])('takes %s', (_, text) => {
    const { connections, remarks } = read(text);
    expect(connections.map(summary)).toEqual([SEED]);
    expect(remarks.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('reads IKEv2, objects in groups in groups, two peers of an entry', () => {
    const { connections, secrets, remarks } = read(ASA9);
    const base = {
      from: '203.0.113.1',
      version: 'ikev2',
      ike: 'aes256-sha256-prfsha256-ecp256-modp2048',
      esp: 'aes256gcm16-modp2048 aes256-aes128-sha256-sha1-modp2048',
      pfs: true,
      lifetimes: '28800 3600',
      pairs: ['10.1.0.0/16 192.168.5.0/24', '10.9.9.9/32 192.168.5.0/24', '10.2.0.9/32 192.168.5.0/24'],
    };
    expect(connections.map(summary)).toEqual([
      { name: 'm 20 198.51.100.7', to: '198.51.100.7', auth: 'psk', ...base },
      { name: 'm 20 198.51.100.8', to: '198.51.100.8', auth: 'pubkey', ...base },
    ]);
    expect(secrets.map(({ keyword, secret }) => [keyword, secret !== undefined])).toEqual([
      ['ikev2 remote-authentication', true],
      ['ikev2 local-authentication', false],
    ]);
    expect(connections[0]?.other.map(({ key }) => key)).toContain('set reverse-route');
    expect(remarks).toEqual([]);
  });

  it('reads a router: modes, wildcard masks, numbered entries, policies in their order', () => {
    const { connections, platform, remarks } = read(IOS);
    expect(platform).toBe('ios');
    expect(connections.map(summary)).toEqual([
      {
        name: 'CM 10',
        from: '198.51.100.20',
        to: '192.0.2.10',
        version: 'ikev1',
        auth: 'psk',
        ike: '3des-sha1-modp1024 aes256-sha256-modp2048',
        esp: 'aes256-sha256-modp2048',
        pfs: true,
        lifetimes: '86400 3600',
        pairs: ['172.20.30.0/24 10.10.0.0/16', '172.20.30.9/32 10.11.0.0/16 tcp/443'],
      },
    ]);
    // The overload exempts the first pair and not the second.
    expect(remarks.map(({ code, line }) => `${code} ${line}`)).toEqual([
      `no-nat-exemption ${IOS.split('\n').findIndex((line) => line.startsWith('ip nat')) + 1}`,
    ]);
  });

  const without = (line: string) => SEED_ASA.replace(`${line}\n`, '');
  it.each([
    ['no exemption from NAT', without('nat (inside) 0 access-list inside_nat0'), 'no-nat-exemption'],
    [
      'an exemption for another network',
      SEED_ASA.replace('inside_nat0 extended permit ip 172.20.30.0', 'inside_nat0 extended permit ip 172.20.31.0'),
      'no-nat-exemption',
    ],
    ['no twice NAT', ASA9.replace(/^nat .*static.*\n/m, ''), 'no-nat-exemption'],
    ['twice NAT for half of it', ASA9.replace('source static ours ours', 'source static srv srv'), 'no-nat-exemption'],
    ['no policy', SEED_ASA.replace(/crypto isakmp policy 10\n( .*\n){5}/, ''), 'no-policy'],
    ['not enabled', without('crypto isakmp enable outside'), 'not-enabled'],
    ['enabled elsewhere', SEED_ASA.replace('enable outside', 'enable inside'), 'not-enabled'],
    ['no transform set', without('crypto map outside_map 1 set transform-set ESP-3DES-MD5'), 'no-transform-set'],
    [
      'a transform set that is not there',
      SEED_ASA.replace('set transform-set ESP-3DES-MD5', 'set transform-set OTHER'),
      'unknown-reference',
    ],
    ['an access list that is not there', SEED_ASA.replace('match address outside_1', 'match address outside_2'), 'unknown-reference'],
    ['no peer', without('crypto map outside_map 1 set peer 192.0.2.10'), 'incomplete'],
    ['no interface', without('crypto map outside_map interface outside'), 'not-applied'],
    ['a tunnel-group of another name', SEED_ASA.replaceAll('tunnel-group 192.0.2.10', 'tunnel-group 192.0.2.11'), 'no-tunnel-group'],
    ['a tunnel-group for clients', SEED_ASA.replace('type ipsec-l2l', 'type remote-access'), 'bad-value'],
    ['a group-policy without IKEv2', ASA9.replace('vpn-tunnel-protocol ikev2', 'vpn-tunnel-protocol ikev1'), 'not-enabled'],
    ['a group that is not there', ASA9.replace('group-object more', 'group-object none'), 'unresolved-access-list'],
    ['a group within itself', ASA9.replace('group-object more', 'group-object ours'), 'unresolved-access-list'],
    ['a command nobody knows', SEED_ASA.replace(' hash md5', ' hash md5\n frobnicate 3'), 'unknown-keyword'],
    ['a text cut off', SEED_ASA.slice(0, SEED_ASA.indexOf('tunnel-group')), 'truncated'],
  ])('remarks on %s', (_, text, code) => {
    expect(read(text).remarks.map((remark) => remark.code)).toContain(code);
    for (const { file, line } of read(text).remarks) expect([file, line > 0]).toEqual([FILE, true]);
  });

  it('knows the end of a running-config within a whole "show tech-support"', () => {
    const text = `${SEED_ASA.trimEnd()}\n\n------------------ show interface ------------------\n\nInterface Vlan2 "outside", is up\n`;
    expect(read(text.replace(/^: end\n/m, '')).remarks.map(({ code }) => code)).toContain('truncated');
    const whole = text.includes('\n: end\n') ? text : text.replace('\n\n---', '\n: end\n\n---');
    expect(read(whole).remarks.map(({ code }) => code)).not.toContain('truncated');
  });

  it('takes what the peer of a dynamic map asks for, where it has no list', () => {
    const text = SEED_ASA.replace(/^crypto map outside_map 1 (match|set peer).*\n/gm, '')
      .replace(/^crypto map outside_map 1 set/m, 'crypto dynamic-map dyn 5 set')
      .replace('crypto map outside_map interface', 'crypto map outside_map 9 ipsec-isakmp dynamic dyn\ncrypto map outside_map interface')
      .replaceAll('tunnel-group 192.0.2.10', 'tunnel-group DefaultL2LGroup');
    const { connections, secrets, remarks } = read(text);
    expect(remarks).toEqual([]);
    expect(connections.map(summary)).toMatchObject([{ name: 'outside_map 9', to: '%any', pairs: ['%any %any'] }]);
    expect(secrets.map(({ selectors }) => selectors.map(({ value }) => value))).toEqual([['%any']]);
  });

  it.each([
    ['host', 'host 10.0.0.1', '10.0.0.1/32'],
    ['any', 'any', '0.0.0.0/0'],
    ['any4', 'any4', '0.0.0.0/0'],
    ['netmask', '10.0.0.0 255.255.240.0', '10.0.0.0/20'],
    ['host bits', '10.0.1.9 255.255.255.0', '10.0.1.0/24'],
    ['IPv6', '2001:db8:1::/48', '2001:db8:1::/48'],
  ])('reads %s in an access list', (_, written, cidr) => {
    const other = written.includes(':') ? '2001:db8:2::/48' : '10.10.1.5 255.255.255.255';
    const text = SEED_ASA.replace(
      'outside_1_cryptomap extended permit ip 172.20.30.0 255.255.255.0 host 10.10.1.5',
      `outside_1_cryptomap extended permit ip ${written} ${other}`,
    );
    expect(only(text).local.subnets.map(({ value }) => value)).toEqual([cidr]);
  });

  it('takes a range of an object apart into networks', () => {
    const text = ASA9.replace(' subnet 10.1.0.0 255.255.0.0', ' range 10.1.0.4 10.1.0.17');
    expect(
      read(text)
        .connections[0]?.local.subnets.map(({ value }) => value)
        .slice(0, 3),
    ).toEqual(['10.1.0.4/30', '10.1.0.8/29', '10.1.0.16/31']);
  });

  it('never throws, whatever the text is cut to, and is quick about it', () => {
    for (let length = 0; length < ASA9.length; length += 7) read(ASA9.slice(0, length));
    for (const text of [SEED_ASA, ASA9, IOS])
      for (let at = 0; at < text.length; at += 13) read(`${text.slice(0, at)}\u0000 object-group x ${text.slice(at + 5)}`);
    const many = `${Array.from({ length: 20_000 }, (_, i) => `access-list a extended permit ip host 10.0.${i >> 8}.${i & 255} any`).join('\n')}\n${SEED_ASA}`;
    const from = cpuMilliseconds();
    read(many);
    expect(cpuMilliseconds() - from).toBeLessThan(2000);
  });
});
