import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { dissect, ESP, ESP_UNIT, ETHERNET, IKE_HEADER, ipv4, kinds, udp } from '../../support/packets.js';

const inner = toHex(ipv4(50, ESP, { src: '192.168.1.1', dst: '192.168.1.2' }));
const innerUnit = { ...ESP_UNIT, src: { address: '192.168.1.1' }, dst: { address: '192.168.1.2' }, depth: 2 };
const length = (inner.length / 2).toString(16).padStart(4, '0');
const carried = (port: number, content: string) => dissect(ipv4(17, udp(40000, port, content)));

describe('what tunnels in UDP carry is read', () => {
  it.each([
    ['GTP-U', 2152, `30 ff ${length} 00000007 ${inner}`, 'raw ipv4 udp gtp ipv4 esp'],
    ['VXLAN', 4789, `08000000 00002a 00 ${ETHERNET} 0800 ${inner}`, 'raw ipv4 udp vxlan ethernet ipv4 esp'],
    ['VXLAN of old Linux', 8472, `08000000 00002a 00 ${ETHERNET} 0800 ${inner}`, 'raw ipv4 udp vxlan ethernet ipv4 esp'],
    ['Geneve with Ethernet', 6081, `00 00 6558 00002a 00 ${ETHERNET} 0800 ${inner}`, 'raw ipv4 udp geneve ethernet ipv4 esp'],
    ['Geneve with IP', 6081, `00 00 0800 00002a 00 ${inner}`, 'raw ipv4 udp geneve ipv4 esp'],
  ])('%s', (_name, port, content, layers) => {
    const packet = carried(port, content);
    expect(kinds(packet)).toBe(layers);
    expect(packet.units).toEqual([innerUnit]);
    expect(packet.malformed).toBeUndefined();
  });
});

describe('ports are no proof', () => {
  it.each([
    ['GTP-U: an echo request', 2152, '32 01 0004 00000000 0001 00 00'],
    ['GTP-U: more than is there', 2152, `30 ff 0fff 00000007 ${inner}`],
    ['GTP-U: no IP inside', 2152, '30 ff 0002 00000007 0101'],
    ['VXLAN: other flags', 4789, `48000000 00002a 00 ${ETHERNET} 0800 ${inner}`],
    ['Geneve: another version', 6081, `40 00 0800 00002a 00 ${inner}`],
  ])('%s', (_name, port, content) => expect(kinds(carried(port, content))).toBe('raw ipv4 udp'));

  it('IKE is found there all the same', () => {
    expect(carried(4789, IKE_HEADER).units).toMatchObject([{ kind: 'ike' }]);
  });
});
