import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { Dissector } from '../../src/dissect/dissect-packet.js';
import type { Packet } from '../../src/dissect/packet.js';
import { IKE_HEADER, ipv4, ipv6, ipv6Fragment, udp, view } from '../support/packets.js';

const ESP = `d514eed9 00000007 ${'a5'.repeat(16)}`;
const ESP_BYTES = fromHex(ESP);
const ETHERNET = 'ff0102030405 001b213c9df8';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The packet of one frame in front of a fresh dissector. */
function dissect(bytes: Uint8Array | string, options: Parameters<typeof view>[2] = {}): Packet {
  return new Dissector().dissect(view(1, typeof bytes === 'string' ? fromHex(bytes) : bytes, options));
}

function kinds(packet: Packet): string {
  return packet.layers.map((layer) => layer.kind).join(' ');
}

const espUnit = {
  kind: 'esp',
  src: { address: '10.0.0.1' },
  dst: { address: '10.0.0.2' },
  encapsulation: 'none',
  length: 24,
  bytes: ESP_BYTES,
  ipFragments: 1,
  firstFrame: 1,
  depth: 1,
  spi: 0xd514eed9,
  sequence: 7,
};

describe('links', () => {
  const ip = hex(ipv4(50, ESP));
  it.each([
    ['raw', 101, ip, 'raw ipv4 esp'],
    ['Ethernet', 1, `${ETHERNET} 0800 ${ip}`, 'ethernet ipv4 esp'],
    ['Ethernet, with padding', 1, `${ETHERNET} 0800 ${ip} 000000000000`, 'ethernet ipv4 esp'],
    ['VLAN', 1, `${ETHERNET} 8100 0064 0800 ${ip}`, 'ethernet vlan ipv4 esp'],
    ['QinQ', 1, `${ETHERNET} 88a8 0064 8100 0065 0800 ${ip}`, 'ethernet vlan vlan ipv4 esp'],
    ['QinQ of old switches', 1, `${ETHERNET} 9100 0064 8100 0065 0800 ${ip}`, 'ethernet vlan vlan ipv4 esp'],
    ['LLC and SNAP', 1, `${ETHERNET} 0034 aaaa03 000000 0800 ${ip}`, 'ethernet llc ipv4 esp'],
    ['PPPoE', 1, `${ETHERNET} 8864 1100 0001 002e 0021 ${ip} 0000`, 'ethernet pppoe ppp ipv4 esp'],
    ['PPP', 9, `ff03 0021 ${ip}`, 'ppp ipv4 esp'],
    ['cooked', 113, `0004 0001 0006 001b213c9df8 0000 0800 ${ip}`, 'linux-sll ipv4 esp'],
    ['cooked, version 2', 276, `0800 0000 00000002 0001 00 06 001b213c9df8 0000 ${ip}`, 'linux-sll2 ipv4 esp'],
    ['BSD loopback', 0, `02000000 ${ip}`, 'null ipv4 esp'],
  ])('%s', (_name, linkType, bytes, layers) => {
    const packet = dissect(bytes, { linkType });
    expect(kinds(packet)).toBe(layers);
    expect(packet.units).toEqual([espUnit]);
    expect(packet.malformed).toBeUndefined();
  });

  it.each([
    ['ARP', 1, `${ETHERNET} 0806 0001`, { name: 'ARP', length: 2 }],
    ['an EtherType nobody knows', 1, `${ETHERNET} ffff 0001`, { name: 'unknown (65535)', length: 2 }],
    ['spanning tree', 1, `${ETHERNET} 0007 424203 00000000`, { name: 'LLC', length: 4 }],
    ['LCP', 9, 'ff03 c021 0101', { name: 'LCP', length: 2 }],
    ['a link type nobody knows', 147, '0011', { name: 'link type 147', length: 2 }],
    ['OSPF', 101, hex(ipv4(89, '0201')), { name: 'OSPF', length: 2 }],
  ])('names %s', (_name, linkType, bytes, opaque) => {
    const packet = dissect(bytes, { linkType });
    expect(packet.layers.at(-1)).toEqual({ kind: 'opaque', ...opaque });
    expect(packet.units).toEqual([]);
  });
});

describe('tunnels', () => {
  const inner = ipv4(50, ESP, { src: '192.168.1.1', dst: '192.168.1.2' });
  const innerUnit = { ...espUnit, src: { address: '192.168.1.1' }, dst: { address: '192.168.1.2' }, depth: 2 };

  it.each([
    ['IPv4 in IPv4', ipv4(4, inner), 'raw ipv4 ipv4 esp'],
    ['IPv4 in IPv6', ipv6(4, inner), 'raw ipv6 ipv4 esp'],
    ['GRE', ipv4(47, `0000 0800 ${hex(inner)}`), 'raw ipv4 gre ipv4 esp'],
    ['GRE with key and sequence', ipv4(47, `3000 0800 00000001 00000002 ${hex(inner)}`), 'raw ipv4 gre ipv4 esp'],
    ['GRE with Ethernet', ipv4(47, `0000 6558 ${ETHERNET} 0800 ${hex(inner)}`), 'raw ipv4 gre ethernet ipv4 esp'],
    ['PPTP', ipv4(47, `3001 880b 00300001 00000001 ff03 0021 ${hex(inner)}`), 'raw ipv4 gre ppp ipv4 esp'],
  ])('%s', (_name, bytes, layers) => {
    const packet = dissect(bytes);
    expect(kinds(packet)).toBe(layers);
    expect(packet.units).toEqual([innerUnit]);
  });

  it('accepts a PPTP acknowledgment that carries nothing', () => {
    expect(kinds(dissect(ipv4(47, '2081 880b 00000001 00000005')))).toBe('raw ipv4 gre');
  });

  it('end at a depth of 8', () => {
    let bytes = inner;
    for (let i = 0; i < 20; i++) bytes = ipv4(4, bytes);
    const packet = dissect(bytes);
    expect(packet.malformed?.message).toMatch(/more than 8 tunnels/);
    expect(packet.layers).toHaveLength(1 + 8);
  });

  it('and other nesting end at 64 layers', () => {
    const packet = dissect(`${ETHERNET} ${'8100 0064'.repeat(100)} 0800`, { linkType: 1 });
    expect(packet.malformed?.message).toMatch(/more than 64/);
  });
});

describe('AH and IPComp', () => {
  const AH = '32 04 0000 00000100 00000001 000102030405060708090a0b';

  it('AH around ESP is two units, and AH has the datagram its ICV covers', () => {
    const bytes = ipv4(51, `${AH} ${ESP}`);
    const [ah, esp] = dissect(bytes).units;
    expect(ah).toMatchObject({ kind: 'ah', spi: 256, sequence: 1, nextHeader: 50, length: 48, icv: fromHex('000102030405060708090a0b') });
    expect(ah?.kind === 'ah' && ah.datagram).toEqual(bytes);
    expect(esp).toEqual(espUnit);
  });

  it('AH leaves the padding of the link out', () => {
    const bytes = ipv4(51, `${AH} ${ESP}`);
    const packet = dissect(`${ETHERNET} 0800 ${hex(bytes)} 0000`, { linkType: 1 });
    expect(packet.units[0]?.kind === 'ah' && packet.units[0].datagram).toEqual(bytes);
  });

  it('AH stands behind IPv6 extension headers', () => {
    const packet = dissect(ipv6(0, `33 00 050200000100 ${AH} ${ESP}`));
    expect(kinds(packet)).toBe('raw ipv6 ipv6-extension ah esp');
    expect(packet.units.map((unit) => unit.kind)).toEqual(['ah', 'esp']);
  });

  it('IPv6 extension headers stand behind AH', () => {
    const packet = dissect(ipv6(51, `${AH.replace('32', '3c')} 32 00 010400000000 ${ESP}`));
    expect(kinds(packet)).toBe('raw ipv6 ah ipv6-extension esp');
    expect(packet.units[1]).toMatchObject({ kind: 'esp', length: 24 });
    expect(dissect(ipv4(60, '32 00 010400000000')).layers.at(-1)).toMatchObject({ kind: 'opaque', name: 'IPv6-Opts' });
  });

  it('IPComp', () => {
    expect(dissect(ipv4(108, '04 00 0002 a5a5a5a5')).units).toMatchObject([{ kind: 'ipcomp', cpi: 2, nextHeader: 4, length: 8 }]);
  });
});

describe('fragments', () => {
  const datagram = udp(4500, 4500, ESP);

  it('the frame that completes an IPv4 datagram has its units', () => {
    const dissector = new Dissector();
    const first = dissector.dissect(view(1, ipv4(17, datagram.slice(0, 16), { id: 5, more: true })));
    expect(first.units).toEqual([]);
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
        ...espUnit,
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
    dissector.dissect(view(1, ipv6Fragment(50, ESP_BYTES.slice(0, 16), 0, true)));
    const last = dissector.dissect(view(2, ipv6Fragment(50, ESP_BYTES.slice(16), 16, false)));
    expect(last.units).toMatchObject([{ kind: 'esp', spi: 0xd514eed9, length: 24, ipFragments: 2, firstFrame: 1, bytes: ESP_BYTES }]);
  });

  it('IPv6 with an extension header in the fragmented part', () => {
    const dissector = new Dissector();
    const content = fromHex(`32 00 010400000000 ${ESP}`);
    dissector.dissect(view(1, ipv6Fragment(60, content.slice(0, 16), 0, true)));
    const last = dissector.dissect(view(2, ipv6Fragment(60, content.slice(16), 16, false)));
    expect(kinds(last)).toBe('raw ipv6 fragment ipv6-extension esp');
    expect(last.units).toMatchObject([{ kind: 'esp', bytes: ESP_BYTES }]);
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
    dissector.dissect(view(1, ipv4(50, ESP_BYTES.slice(0, 16), { id: 5, more: true })));
    const packet = dissector.dissect(view(2, ipv4(50, 'ee'.repeat(16), { id: 5, offset: 8, more: true })));
    expect(packet.malformed?.message).toMatch(/overlaps earlier ones with other bytes/);
  });

  it('that reach beyond 65535 bytes are refused', () => {
    expect(dissect(ipv4(50, ESP, { offset: 65528 })).malformed?.message).toMatch(/reaches beyond 65535/);
  });
});

describe('ICMP', () => {
  it('an error gives reporter, words, MTU and the quoted packet', () => {
    const quoted = ipv4(50, ESP, { src: '10.0.0.2', dst: '192.0.2.1', totalLength: 1500 });
    const packet = dissect(ipv4(1, `03 04 0000 0000 0578 ${hex(quoted.slice(0, 28))}`));
    expect(packet.units).toMatchObject([
      {
        kind: 'icmp-error',
        src: { address: '10.0.0.1' },
        version: 4,
        type: 3,
        code: 4,
        text: 'fragmentation needed',
        mtu: 1400,
        quoted: { src: '10.0.0.2', dst: '192.0.2.1', protocol: 50, spi: 0xd514eed9, length: 1500 },
      },
    ]);
  });

  it('an error that quotes too little is a unit all the same', () => {
    const packet = dissect(ipv4(1, '03 03 0000 00000000 4500'));
    expect(packet.units).toMatchObject([{ kind: 'icmp-error', text: 'port unreachable', quoted: undefined }]);
    expect(packet.malformed?.field).toBe('IPv4 total length');
  });

  it('an echo is no unit', () => {
    const packet = dissect(ipv6(58, '80 00 0000 0001 0002'));
    expect(packet.layers.at(-1)).toMatchObject({ kind: 'icmp', version: 6, type: 128 });
    expect(packet.units).toEqual([]);
  });
});

describe('what is wrong', () => {
  it('a packet cut by the snap length is not its sender’s fault', () => {
    const whole = ipv4(50, ESP);
    const packet = dissect(whole.slice(0, 22), { originalLength: whole.length });
    expect(packet.malformed?.message).toBe('cut by the snap length (22 of 44 bytes captured): ESP SPI at offset 20 needs 4 bytes, 2 there');
    expect(kinds(packet)).toBe('raw ipv4');
  });

  it('a header that is there in a cut packet tells the true length', () => {
    const whole = ipv4(50, ESP);
    const packet = dissect(whole.slice(0, 28), { originalLength: whole.length });
    expect(packet.malformed).toBeUndefined();
    expect(packet.units).toMatchObject([{ kind: 'esp', length: 24, bytes: ESP_BYTES.slice(0, 8) }]);
  });

  it('a sender that lies about its length is named, in cut packets too', () => {
    const packet = dissect(ipv4(50, 'd514eed9'), { originalLength: 24 });
    expect(packet.malformed).toEqual({
      field: 'ESP sequence number',
      offset: 24,
      message: 'ESP sequence number at offset 24 needs 4 bytes, 0 there',
    });
    const cut = dissect(`${ETHERNET} 0800 ${hex(ipv4(50, 'd514eed9'))} 000000`, { linkType: 1, originalLength: 60 });
    expect(cut.malformed?.message).toBe('ESP sequence number at offset 38 needs 4 bytes, 0 there');
  });

  it('a total length beyond the frame is noted, and the frame’s own taken', () => {
    const packet = dissect(ipv4(50, ESP, { totalLength: 1500 }));
    expect(packet.malformed).toEqual({
      field: 'IPv4 total length',
      offset: 0,
      message: 'IPv4 total length at offset 0 claims 1500 bytes, 44 are there',
    });
    expect(packet.units).toEqual([espUnit]);
  });

  it('a total length of 0 means hardware segmentation', () => {
    const packet = dissect(ipv4(50, ESP, { totalLength: 0 }));
    expect(packet.units).toEqual([espUnit]);
    expect(packet.malformed).toBeUndefined();
  });

  it.each([
    ['IPv4 total length', ipv4(50, ESP, { totalLength: 19 }), /19 bytes, less than the header's 20/],
    ['UDP length', ipv4(17, '1194 1194 0007 0000'), /7 bytes, at least 8 needed/],
    ['UDP length', ipv4(17, '1194 1194 0100 0000 d514eed9 00000001'), /claims 256 bytes, 16 are there/],
  ])('%s', (field, bytes, message) => {
    expect(dissect(bytes).malformed).toMatchObject({ field, message: expect.stringMatching(message) });
  });
});

describe('packets that were inside ESP', () => {
  const context = { frame: 9, sec: 5, nsec: 0, src: { address: '10.0.0.1' }, dst: { address: '10.0.0.2' }, depth: 1 };

  it('in tunnel mode bring their own addresses', () => {
    const inner = ipv4(17, udp(500, 500, IKE_HEADER), { src: '192.168.1.1', dst: '192.168.1.2' });
    const { layers, units } = new Dissector().dissectIp(inner, { ...context, protocol: 4 });
    expect(layers.map((layer) => layer.kind)).toEqual(['ipv4', 'udp', 'ike']);
    expect(units).toMatchObject([{ kind: 'ike', src: { address: '192.168.1.1', port: 500 }, depth: 2, firstFrame: 9 }]);
  });

  it('in transport mode have those of the packet around them', () => {
    const { layers, units } = new Dissector().dissectIp(udp(4500, 4500, ESP), { ...context, protocol: 17 });
    expect(layers.map((layer) => layer.kind)).toEqual(['udp', 'esp']);
    expect(units).toMatchObject([{ kind: 'esp', src: { address: '10.0.0.1', port: 4500 }, encapsulation: 'udp', depth: 1 }]);
  });

  it('that are dummies (RFC 4303 §2.6) hold nothing', () => {
    expect(new Dissector().dissectIp(fromHex('a5a5'), { ...context, protocol: 59 })).toEqual({ layers: [], units: [] });
  });

  it('end at a depth of 8 as well', () => {
    const { malformed } = new Dissector().dissectIp(ipv4(50, ESP), { ...context, protocol: 4, depth: 8 });
    expect(malformed?.message).toMatch(/more than 8 tunnels/);
  });

  it('that decrypted to rubbish are malformed, not thrown', () => {
    expect(new Dissector().dissectIp(fromHex('a5a5'), { ...context, protocol: 4 }).malformed?.message).toMatch(/is 10, not 4/);
  });
});
