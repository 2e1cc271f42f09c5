import { describe, expect, it } from 'vitest';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';
import { applyEdits } from '../../../src/config/mend/apply-edits.js';

const ASA = (nat: string) => `ASA Version 9.8(2)
hostname fw
interface GigabitEthernet0/0
 nameif WAN
 ip address 203.0.113.10 255.255.255.0
${nat}
object network SITE
 subnet 10.20.0.0 255.255.0.0
access-list a1 extended permit ip 192.168.1.0 255.255.255.0 10.20.0.0 255.255.0.0
access-list a1 extended permit ip 192.168.2.0 255.255.255.0 10.20.0.0 255.255.0.0
access-list a2 extended permit ip 192.168.1.0 255.255.255.0 10.99.0.0 255.255.0.0
crypto ipsec ikev2 ipsec-proposal P
 protocol esp encryption aes-256
 protocol esp integrity sha-256
crypto map C 1 match address a1
crypto map C 1 set peer 198.51.100.5
crypto map C 1 set ikev2 ipsec-proposal P
crypto map C 2 match address a2
crypto map C 2 set peer 198.51.100.77
crypto map C 2 set ikev2 ipsec-proposal P
crypto map C interface WAN
crypto ikev2 policy 10
 encryption aes-256
crypto ikev2 enable WAN
tunnel-group 198.51.100.5 type ipsec-l2l
tunnel-group 198.51.100.77 type ipsec-l2l
: end
`;

const IOS = (nat: string) => `version 15.1
hostname R1
crypto isakmp policy 10
 encr aes 256
 authentication pre-share
 group 14
crypto isakmp key made-for-tests address 192.0.2.2
crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac
crypto map C 1 ipsec-isakmp
 set peer 192.0.2.2
 set transform-set TS
 match address VPN
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.252
 ip nat outside
 crypto map C
ip access-list extended VPN
 permit ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255
 permit ip 10.1.1.0 0.0.0.255 host 10.3.0.1
${nat}
end
`;

/** Remarks on NAT, and those left once the first correction, then the next was applied. */
function untilExempt(text: string): readonly (readonly string[])[] {
  const { remarks } = readCisco({ file: 'run.txt', text });
  const found = remarks.filter(({ code }) => code === 'no-nat-exemption');
  const texts = found.map((remark) => remark.text.replace(/:.*/s, ''));
  const [first] = found;
  if (first?.fix === undefined) return [texts];
  const edit = { file: 'run.txt', line: first.line, how: 'replace', text: first.fix } as const;
  return [texts, ...untilExempt(applyEdits(text, 'run.txt', [edit]))];
}

describe('exemption', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    [
      'NAT of an object',
      ASA('object network any\n subnet 0.0.0.0 0.0.0.0\n nat (LAN,WAN) dynamic interface'),
      [['C 1', 'C 2'], ['C 2'], []],
    ],
    ['twice NAT', ASA('nat (LAN,WAN) source dynamic any interface'), [['C 1', 'C 2'], ['C 2'], []]],
    ['NAT of 8.2', ASA('nat (LAN) 1 0.0.0.0 0.0.0.0\nglobal (WAN) 1 interface'), [['C 1', 'C 2'], ['C 2'], []]],
    [
      'an extended list of IOS',
      IOS('ip nat inside source list 100 interface GigabitEthernet0/0 overload\naccess-list 100 permit ip 10.1.1.0 0.0.0.255 any'),
      [['C 1'], []],
    ],
    [
      'a standard list of IOS',
      IOS(
        'ip nat inside source list 1 interface GigabitEthernet0/0 overload\naccess-list 1 deny 10.1.1.9\naccess-list 1 permit 10.1.1.0 0.0.0.255',
      ),
      [['C 1'], []],
    ],
    [
      'a named standard list of IOS',
      IOS('ip nat inside source list LAN interface GigabitEthernet0/0 overload\nip access-list standard LAN\n 10 permit any log'),
      [['C 1'], []],
    ],
    [
      'a route-map',
      IOS(
        'ip nat inside source route-map RM interface GigabitEthernet0/0 overload\nroute-map RM permit 10\n match ip address 100\naccess-list 100 permit ip 10.1.1.0 0.0.0.255 any',
      ),
      [['C 1'], []],
    ],
  ])('%s: each tunnel is exempted by its correction, with all its networks, and stays so', (_, text, expected) => {
    expect(untilExempt(text)).toEqual(expected);
  });

  it('is for the interfaces of the rule that takes the traffic, and no object of the box is written over', () => {
    const text = ASA('nat (LAN,WAN) source dynamic any interface');
    const fixes = readCisco({ file: 'run.txt', text }).remarks.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    expect(fixes.join('\n')).not.toMatch(/inside|object network SITE/);
    expect(fixes[0]).toMatch(/^nat \(LAN,WAN\) source static vpn-C-1-local vpn-C-1-local /m);
    expect(new Set(fixes.join('\n').match(/^object(-group)? network \S+$/gm)).size).toBe(4);
  });

  it('takes the entries of a list of IOS by their numbers', () => {
    const nat = (entries: string) =>
      IOS(`ip nat inside source list N interface GigabitEthernet0/0 overload\nip access-list extended N\n${entries}`);
    const last = ' 30 permit ip 10.1.1.0 0.0.0.255 any\n 5 deny ip 10.1.1.0 0.0.0.255 10.0.0.0 0.255.255.255';
    expect(untilExempt(nat(last))).toEqual([[]]);
    expect(untilExempt(nat(last.replace(' 5 ', ' 40 ')))[0]).toEqual(['C 1']);
  });
});
