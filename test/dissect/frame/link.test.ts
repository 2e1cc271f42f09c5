import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { dissect, ESP, ESP_UNIT, ETHERNET, ipv4, kinds } from '../../support/packets.js';

describe('links', () => {
  const ip = toHex(ipv4(50, ESP));
  it.each([
    ['raw', 101, ip, 'raw ipv4 esp'],
    ['Ethernet', 1, `${ETHERNET} 0800 ${ip}`, 'ethernet ipv4 esp'],
    ['Ethernet, with padding', 1, `${ETHERNET} 0800 ${ip} 000000000000`, 'ethernet ipv4 esp'],
    ['VLAN', 1, `${ETHERNET} 8100 0064 0800 ${ip}`, 'ethernet vlan ipv4 esp'],
    ['QinQ', 1, `${ETHERNET} 88a8 0064 8100 0065 0800 ${ip}`, 'ethernet vlan vlan ipv4 esp'],
    ['QinQ of old switches', 1, `${ETHERNET} 9100 0064 8100 0065 0800 ${ip}`, 'ethernet vlan vlan ipv4 esp'],
    ['MPLS', 1, `${ETHERNET} 8847 00010040 00011140 ${ip}`, 'ethernet mpls mpls ipv4 esp'],
    ['LLC and SNAP', 1, `${ETHERNET} 0034 aaaa03 000000 0800 ${ip}`, 'ethernet llc ipv4 esp'],
    ['PPPoE', 1, `${ETHERNET} 8864 1100 0001 002e 0021 ${ip} 0000`, 'ethernet pppoe ppp ipv4 esp'],
    ['PPP', 9, `ff03 0021 ${ip}`, 'ppp ipv4 esp'],
    ['cooked', 113, `0004 0001 0006 001b213c9df8 0000 0800 ${ip}`, 'linux-sll ipv4 esp'],
    ['cooked, version 2', 276, `0800 0000 00000002 0001 00 06 001b213c9df8 0000 ${ip}`, 'linux-sll2 ipv4 esp'],
    ['BSD loopback', 0, `02000000 ${ip}`, 'null ipv4 esp'],
  ])('%s', (_name, linkType, bytes, layers) => {
    const packet = dissect(bytes, { linkType });
    expect(kinds(packet)).toBe(layers);
    expect(packet.units).toEqual([ESP_UNIT]);
    expect(packet.malformed).toBeUndefined();
  });

  it.each([
    ['ARP', 1, `${ETHERNET} 0806 0001`, { name: 'ARP', length: 2 }],
    ['an EtherType nobody knows', 1, `${ETHERNET} ffff 0001`, { name: 'unknown (65535)', length: 2 }],
    ['spanning tree', 1, `${ETHERNET} 0007 424203 00000000`, { name: 'LLC', length: 4 }],
    ['LCP', 9, 'ff03 c021 0101', { name: 'LCP', length: 2 }],
    ['a link type nobody knows', 147, '0011', { name: 'link type 147', length: 2 }],
    ['a pseudowire', 1, `${ETHERNET} 8847 00011140 00000000`, { name: 'MPLS payload', length: 4 }],
    ['OSPF', 101, toHex(ipv4(89, '0201')), { name: 'OSPF', length: 2 }],
  ])('names %s', (_name, linkType, bytes, opaque) => {
    const packet = dissect(bytes, { linkType });
    expect(packet.layers.at(-1)).toEqual({ kind: 'opaque', ...opaque });
    expect(packet.units).toEqual([]);
  });
});
