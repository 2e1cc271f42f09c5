import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import { dissect, ESP, ESP_UNIT, ipv4, ipv6Fragment, kinds, udp, view } from '../../support/packets.js';

describe('fragments', () => {
  const datagram = udp(4500, 4500, ESP);

  it('the frame that completes an IPv4 datagram has its units', () => {
    const dissector = new Dissector();
    const first = dissector.dissect(view(1, ipv4(17, datagram.slice(0, 16), { id: 5, more: true })));
    expect(first.units).toMatchObject([{ kind: 'ip-fragment', protocol: 17, offset: 0, moreFragments: true, length: 16 }]);
    expect(first.layers.at(-1)).toMatchObject({
      kind: 'fragment',
      protocol: 17,
      offset: 0,
      length: 16,
      srcPort: 4500,
      esp: { spi: 0xd514eed9, sequence: 7 },
    });
    const last = dissector.dissect(view(2, ipv4(17, datagram.slice(16), { id: 5, offset: 16 })));
    expect(last.ipFragments).toBe(2);
    expect(kinds(last)).toBe('raw ipv4 fragment udp esp');
    expect(last.units).toEqual([
      {
        ...ESP_UNIT,
        src: { address: '10.0.0.1', port: 4500 },
        dst: { address: '10.0.0.2', port: 4500 },
        encapsulation: 'udp',
        ipFragments: 2,
        firstFrame: 1,
      },
    ]);
    expect(dissector.incompleteDatagrams()).toEqual([]);
  });

  it('IPv6 too', () => {
    const dissector = new Dissector();
    dissector.dissect(view(1, ipv6Fragment(50, ESP_UNIT.bytes.slice(0, 16), 0, true)));
    const last = dissector.dissect(view(2, ipv6Fragment(50, ESP_UNIT.bytes.slice(16), 16, false)));
    expect(last.units).toMatchObject([{ kind: 'esp', spi: 0xd514eed9, length: 24, ipFragments: 2, firstFrame: 1, bytes: ESP_UNIT.bytes }]);
  });

  it('IPv6 with an extension header in the fragmented part', () => {
    const dissector = new Dissector();
    const content = fromHex(`32 00 010400000000 ${ESP}`);
    dissector.dissect(view(1, ipv6Fragment(60, content.slice(0, 16), 0, true)));
    const last = dissector.dissect(view(2, ipv6Fragment(60, content.slice(16), 16, false)));
    expect(kinds(last)).toBe('raw ipv6 fragment ipv6-extension esp');
    expect(last.units).toMatchObject([{ kind: 'esp', bytes: ESP_UNIT.bytes }]);
  });

  it('an IPv6 fragment header around a whole packet is none', () => {
    const packet = dissect(ipv6Fragment(50, ESP, 0, false));
    expect(packet.ipFragments).toBe(1);
    expect(packet.units).toMatchObject([{ kind: 'esp', ipFragments: 1 }]);
  });

  it('AH over fragments covers the datagram as it was before', () => {
    const dissector = new Dissector();
    const content = fromHex(`32 04 0000 00000100 00000001 000102030405060708090a0b ${ESP}`);
    dissector.dissect(view(1, ipv4(51, content.slice(0, 24), { id: 5, more: true })));
    const [ah] = dissector.dissect(view(2, ipv4(51, content.slice(24), { id: 5, offset: 24 }))).units;
    expect(ah?.kind === 'ah' && ah.datagram).toEqual(ipv4(51, content, { id: 5 }));
  });

  it('what never becomes whole is told at the end', () => {
    const dissector = new Dissector();
    dissector.dissect(view(1, ipv4(17, datagram.slice(0, 16), { id: 5, more: true })));
    expect(dissector.incompleteDatagrams()).toEqual([
      { frame: 1, src: '10.0.0.1', dst: '10.0.0.2', protocol: 17, haveFirst: true, fragments: 1, srcPort: 4500, dstPort: 4500 },
    ]);
  });

  it('other bytes over earlier ones are told', () => {
    const dissector = new Dissector();
    dissector.dissect(view(1, ipv4(50, ESP_UNIT.bytes.slice(0, 16), { id: 5, more: true })));
    const packet = dissector.dissect(view(2, ipv4(50, 'ee'.repeat(16), { id: 5, offset: 8, more: true })));
    expect(packet.malformed?.message).toMatch(/overlaps earlier ones with other bytes/);
  });

  it('that reach beyond 65535 bytes are refused', () => {
    expect(dissect(ipv4(50, ESP, { offset: 65528 })).malformed?.message).toMatch(/reaches beyond 65535/);
  });
});
