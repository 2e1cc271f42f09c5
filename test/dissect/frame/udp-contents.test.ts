import { describe, expect, it } from 'vitest';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import type { Packet } from '../../../src/dissect/packet.js';
import { IKE_HEADER, ipv4, ipv6, udp, view } from '../../support/packets.js';

const ESP = `d514eed9 00000007 ${'a5'.repeat(16)}`;

/** Datagrams of one conversation in front of one dissector: `[source port, destination port, payload]`. */
function dissect(...datagrams: readonly (readonly [number, number, string])[]): Packet[] {
  const dissector = new Dissector();
  return datagrams.map(([srcPort, dstPort, content], at) => {
    // The lower port is the gateway's: enough to tell directions apart.
    const ends = srcPort > dstPort ? {} : { src: '10.0.0.2', dst: '10.0.0.1' };
    return dissector.dissect(view(at + 1, ipv4(17, udp(srcPort, dstPort, content), ends)));
  });
}

function units(...datagrams: readonly (readonly [number, number, string])[]): unknown[] {
  return dissect(...datagrams).map(({ units }) =>
    units.map(({ kind, encapsulation, length }) => `${kind} ${encapsulation} ${length}`).join(),
  );
}

describe('by port', () => {
  it.each([
    ['IKE on 500', 500, 500, IKE_HEADER, 'ike none 28'],
    ['IKE from a port that NAT gave', 23456, 500, IKE_HEADER, 'ike none 28'],
    ['the answer to it', 500, 23456, IKE_HEADER, 'ike none 28'],
    ['IKE on 500 that lies about its length', 500, 500, IKE_HEADER.replace('0000001c', '0000ffff'), 'ike none 28'],
    ['IKE on 500 without initiator SPI', 500, 500, `0000000000000000 0000000000000000 01 10 02 00 00000000 0000001c`, 'ike none 28'],
    ['IKE on 4500', 4500, 4500, `00000000 ${IKE_HEADER}`, 'ike udp 28'],
    ['IKE on 4500 whose sender forgot the marker', 4500, 4500, IKE_HEADER, 'ike udp 28'],
    ['ESP on 4500', 4500, 4500, ESP, 'esp udp 24'],
    ['ESP from a port that NAT gave', 10954, 4500, ESP, 'esp udp 24'],
    ['ESP whose SPI begins like a keepalive', 4500, 4500, `ff000001 00000001 ${'a5'.repeat(8)}`, 'esp udp 16'],
    ['ESP whose SPI begins like an OpenVPN reset', 4500, 4500, `38000001 00000001 ${'a5'.repeat(8)}`, 'esp udp 16'],
    ['a keepalive', 4500, 4500, 'ff', 'natt-keepalive udp 1'],
    ['a keepalive of the first drafts', 500, 500, 'ff', 'natt-keepalive udp 1'],
    ['ESP of the first drafts', 500, 500, `0000000000000000 ${ESP}`, 'esp udp 24'],
    ['an empty datagram', 4500, 4500, '', ''],
  ])('%s', (_name, srcPort, dstPort, content, unit) => expect(units([srcPort, dstPort, content])).toEqual([unit]));

  it.each([
    ['a stray byte on 4500', 4500, 4500, '01', /non-ESP marker.*needs 4 bytes, 1 there/],
    ['ESP cut in the sequence number', 4500, 4500, 'd514eed9 0000', /ESP sequence number at offset 32 needs 4 bytes, 2 there/],
    ['three bytes on 500', 500, 500, '010203', /needs 4 bytes, 3 there/],
  ])('%s is malformed', (_name, srcPort, dstPort, content, message) => {
    const [packet] = dissect([srcPort, dstPort, content]);
    expect(packet?.malformed?.message).toMatch(message);
    expect(packet?.units).toEqual([]);
  });

  it('names L2TP and looks no further', () => {
    const [data, rubbish] = dissect([1701, 1701, '0002 0007 0009 ff03 0021'], [1701, 1701, 'ffff']);
    expect(data?.layers.at(-1)).toMatchObject({ kind: 'l2tp', tunnelId: 7 });
    expect(rubbish?.malformed?.field).toBe('L2TP version');
  });
});

describe('by proof', () => {
  it('IKE on any ports', () => expect(units([9999, 848, IKE_HEADER])).toEqual(['ike none 28']));

  it('NAT-T on ports that showed a marked IKE message, both ways', () => {
    const session = units(
      [14501, 14500, ESP],
      [14501, 14500, `00000000 ${IKE_HEADER}`],
      [14501, 14500, ESP],
      [14500, 14501, ESP],
      [14501, 14500, 'ff'],
      [14502, 14500, ESP],
    );
    expect(session).toEqual(['', 'ike udp 28', 'esp udp 24', 'esp udp 24', 'natt-keepalive udp 1', '']);
  });

  it('OpenVPN on any port, also on those of IKE', () => {
    const reset = '38 507a28a78275788d 00 00000000';
    expect(units([40000, 443, reset], [443, 40000, `30 ${'a5'.repeat(30)}`])).toEqual(['openvpn none 14', 'openvpn none 31']);
    expect(units([40000, 4500, reset], [4500, 40000, `30 ${'a5'.repeat(30)}`])).toEqual(['openvpn none 14', 'openvpn none 31']);
  });

  it('says why it is OpenVPN', () => {
    expect(dissect([40000, 443, '38 507a28a78275788d 00 00000000'])[0]?.units).toMatchObject([
      { kind: 'openvpn', opcode: 7, keyId: 0, evidence: 'hard reset with session id 0x507a28a78275788d (no tls-auth)' },
    ]);
  });

  it.each([
    ['DNS', 53, '1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001'],
    ['WireGuard', 51820, `01000000 ${'a5'.repeat(144)}`],
    ['WireGuard data', 1194, `04000000 01020304 0100000000000000 ${'a5'.repeat(64)}`],
    ['DTLS', 443, `16fefd 0000 000000000000 00c0 ${'a5'.repeat(192)}`],
    ['QUIC', 443, `c300000001 08 507a28a78275788d 00 00 4496 ${'a5'.repeat(1100)}`],
    ['STUN', 3478, `0001 0000 2112a442 ${'a5'.repeat(12)}`],
    ['RTP', 5004, `8000 1234 00000001 deadbeef ${'a5'.repeat(160)}`],
  ])('nothing in %s', (_name, port, content) => {
    const many = Array.from({ length: 20 }, () => [40000, port, content] as const);
    expect(units(...many)).toEqual(many.map(() => ''));
  });
});

it('works over IPv6', () => {
  const packet = new Dissector().dissect(view(1, ipv6(17, udp(4500, 4500, ESP))));
  expect(packet.units).toMatchObject([{ kind: 'esp', src: { address: '2001:db8::1', port: 4500 }, encapsulation: 'udp' }]);
});
