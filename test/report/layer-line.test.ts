import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import type { Layer } from '../../src/dissect/packet.js';
import { layerLine } from '../../src/report/layer-line.js';
import { dissect, ESP, ETHERNET, ipv4, ipv6, tcp, udp } from '../support/packets.js';

const linesOf = (...given: Parameters<typeof dissect>) => dissect(...given).layers.map(layerLine);

describe('layerLine', () => {
  it('spells fields out, known numbers in hex', () => {
    const packet = fromHex(`${ETHERNET} 0800 ${Buffer.from(ipv4(17, udp(500, 500, 'ff'), { id: 0xa115 })).toString('hex')}`);
    const [ethernet = '', ip = '', datagram = ''] = linesOf(packet, { linkType: 1 });
    expect(ethernet).toBe('ethernet: dst ff:01:02:03:04:05, src 00:1b:21:3c:9d:f8, ether type 0x0800');
    expect(ip).toBe(
      'ipv4: tos 0, total length 29, identification 0xa115, fragment offset 0, ttl 64, protocol 17, checksum 0x0000, src 10.0.0.1, dst 10.0.0.2',
    );
    expect(datagram).toBe('udp: src port 500, dst port 500, length 9, checksum 0x0000');
  });

  it('says yes for what is set, nothing for what is not', () => {
    const [, first = ''] = linesOf(ipv4(50, ESP, { more: true }));
    expect(first).toContain('more fragments yes');
    expect(first).not.toContain('dont fragment');
    expect(linesOf(ipv4(50, ESP))[1]).not.toContain('more fragments');
  });

  it.each<[string, Uint8Array, string]>([
    ['esp', ipv4(50, ESP), 'esp: spi 0xd514eed9, sequence 7'],
    ['esp over IPv6', ipv6(50, ESP), 'esp: spi 0xd514eed9, sequence 7'],
    ['a keepalive', ipv4(17, udp(4500, 4500, 'ff')), 'natt-keepalive'],
    [
      'flags of TCP',
      ipv4(6, tcp(4500, 4500, '')),
      'tcp: src port 4500, dst port 4500, sequence 0, acknowledgment 0, flags 0x10, window 65535, checksum 0x0000, urgent 0',
    ],
  ])('%s', (_, bytes, line) => expect(linesOf(bytes).at(-1)).toBe(line));

  it('shows bytes as hex and what is nested in braces', () => {
    const layer: Layer = {
      kind: 'fragment',
      identification: 7,
      protocol: 17,
      offset: 1480,
      moreFragments: false,
      length: 100,
      completes: { fragments: 2, firstFrame: 1 },
    };
    expect(layerLine(layer)).toBe(
      'fragment: identification 0x0007, protocol 17, offset 1480, length 100, completes {fragments 2, first frame 1}',
    );
    const ah = linesOf(ipv4(51, `3b 04 0000 00002001 00000001 ${'c6'.repeat(12)}`)).find((line) => line.startsWith('ah'));
    expect(ah).toContain(`icv ${'c6'.repeat(12)}`);
  });
});
