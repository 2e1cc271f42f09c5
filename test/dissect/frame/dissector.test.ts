import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import { dissect, ESP, ESP_UNIT, ETHERNET, IKE_HEADER, ipv4, ipv6, kinds, udp } from '../../support/packets.js';

describe('tunnels', () => {
  const inner = ipv4(50, ESP, { src: '192.168.1.1', dst: '192.168.1.2' });
  const innerUnit = { ...ESP_UNIT, src: { address: '192.168.1.1' }, dst: { address: '192.168.1.2' }, depth: 2 };

  it.each([
    ['IPv4 in IPv4', ipv4(4, inner), 'raw ipv4 ipv4 esp'],
    ['IPv4 in IPv6', ipv6(4, inner), 'raw ipv6 ipv4 esp'],
    ['GRE', ipv4(47, `0000 0800 ${toHex(inner)}`), 'raw ipv4 gre ipv4 esp'],
    ['GRE with key and sequence', ipv4(47, `3000 0800 00000001 00000002 ${toHex(inner)}`), 'raw ipv4 gre ipv4 esp'],
    ['GRE with Ethernet', ipv4(47, `0000 6558 ${ETHERNET} 0800 ${toHex(inner)}`), 'raw ipv4 gre ethernet ipv4 esp'],
    ['PPTP', ipv4(47, `3001 880b 00300001 00000001 ff03 0021 ${toHex(inner)}`), 'raw ipv4 gre ppp ipv4 esp'],
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
    expect(esp).toEqual(ESP_UNIT);
  });

  it.each([
    ['whose length leaves no room for its own fields', '3a 00 0000 00000100 00000001 00010203', '', /8 bytes in all/],
    ['whose ICV ends early', '32 04 0000 00000100 00000001 0001020304', '0001020304', /AH ICV/],
  ])('AH %s is told with SPI and sequence number', (_name, hex, icv, message) => {
    const packet = dissect(ipv4(51, hex));
    expect(packet.units).toMatchObject([{ kind: 'ah', spi: 256, sequence: 1, icv: fromHex(icv) }]);
    expect(packet.malformed?.message).toMatch(message);
  });

  it('AH leaves the padding of the link out', () => {
    const bytes = ipv4(51, `${AH} ${ESP}`);
    const packet = dissect(`${ETHERNET} 0800 ${toHex(bytes)} 0000`, { linkType: 1 });
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

describe('ICMP', () => {
  it('an error gives reporter, words, MTU and the quoted packet', () => {
    const quoted = ipv4(50, ESP, { src: '10.0.0.2', dst: '192.0.2.1', totalLength: 1500 });
    const packet = dissect(ipv4(1, `03 04 0000 0000 0578 ${toHex(quoted.slice(0, 28))}`));
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
