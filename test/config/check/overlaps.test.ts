import { describe, expect, it } from 'vitest';
import { checkOverlaps } from '../../../src/config/check/overlaps.js';
import { readEnd } from '../compare/compare-texts.js';

const asa = (maps: string) => `ASA Version 9.12(4)
interface GigabitEthernet0/0
 nameif outside
 ip address 203.0.113.10 255.255.255.248
access-list B1 extended permit ip 10.0.0.0 255.255.0.0 10.50.0.0 255.255.0.0
crypto ipsec ikev1 transform-set T1 esp-aes-256 esp-sha-hmac
${maps}crypto map M interface outside
: end
`;
const entry = (number: number, peers: string) =>
  `crypto map M ${number} match address B1\ncrypto map M ${number} set peer ${peers}\ncrypto map M ${number} set ikev1 transform-set T1\n`;

describe('checkOverlaps', () => {
  it.each([
    ['a second peer of one entry, for when the first is away', entry(20, '198.51.100.5 198.51.100.6'), []],
    // The first one gets all of it, which is an error of the map.
    ['a second entry', entry(20, '198.51.100.5') + entry(30, '198.51.100.6'), ['shadowed-entry M 30']],
  ])('%s', async (_, maps, expected) => {
    const { connections, remarks } = await readEnd({ 'asa.txt': asa(maps) });
    expect(connections).toHaveLength(2);
    const order = remarks.filter((remark) => remark.code === 'shadowed-entry');
    expect([...checkOverlaps(connections), ...order].map(({ code, connection }) => `${code} ${connection}`)).toEqual(expected);
  });
});
