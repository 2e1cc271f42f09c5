import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { Analyser } from '../../../src/dissect/analyser.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';
import { follow } from '../../support/openvpn-follow.js';
import { ipv4, udp, view } from '../../support/packets.js';

/** What is no OpenVPN stays unnamed, what was changed throws nothing, and tables have an end. */

/** Deterministic bytes. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

const bytesOf = (next: () => number, length: number): Uint8Array => Uint8Array.from({ length }, next);

describe('false friends', () => {
  const next = noise(11);
  const wireguard = (i: number) => {
    const w = new ByteWriter();
    w.u8(4).zeros(3).u32(0x01020304).u32(i).u32(0);
    return w.bytes(bytesOf(next, 16 * (2 + (i % 5)) + 16)).finish();
  };
  const dtls = (i: number) => {
    const w = new ByteWriter();
    w.u8(23).u16(0xfefd).u16(1).u16(0).u32(i);
    const body = bytesOf(next, 24 + 8 * (i % 7));
    return w.u16(body.length).bytes(body).finish();
  };
  const quic = (i: number) => Uint8Array.from([0x40 | (next() & 0x3f), ...bytesOf(next, 40 + ((i * 37) % 900))]);
  const random = (i: number) => bytesOf(next, 1 + ((i * 53) % 1200));
  const dns = (i: number) => fromHex(`${i.toString(16).padStart(4, '0')}01000001000000000000076578616d706c65036f72670000010001`);

  it.each([
    ['WireGuard', wireguard],
    ['DTLS of AnyConnect', dtls],
    ['QUIC', quic],
    ['random UDP', random],
    ['DNS', dns],
  ])('%s, on any port and on 1194', (_, make) => {
    for (const port of [1194, 443, 51820]) {
      const analyser = new Analyser();
      for (let i = 0; i < 400; i++) {
        const there = i % 2 === 0;
        const payload = make(i);
        analyser.observe(
          view(
            i + 1,
            there ? ipv4(17, udp(40_000, port, payload)) : ipv4(17, udp(port, 40_000, payload), { src: '10.0.0.2', dst: '10.0.0.1' }),
          ),
        );
      }
      expect(analyser.facts().openvpn.map(({ evidence }) => evidence)).toEqual([]);
    }
  });
});

describe('changed packets', () => {
  const slugs = readdirSync('captures').filter(
    (slug) => slug.startsWith('openvpn-') && !slug.includes('cert-expired') && !slug.includes('wrong-ca'),
  );

  it.each(slugs)('%s throws nothing', (slug) => {
    const keys =
      slug.includes('silent') || slug.includes('lost') || slug.includes('float') || /unreach|restart|unknown|version/.test(slug)
        ? undefined
        : true;
    const next = noise(slug.length);
    for (let round = 0; round < 6; round++) {
      const { facts } = follow(slug, keys, (packet) => {
        const data = Buffer.from(packet.data.subarray(packet.start, packet.end));
        const at = 42 + Math.floor((next() / 256) * Math.max(data.length - 42, 1));
        if (round < 4 && at < data.length) data[at] = next();
        const end = round === 5 ? Math.min(data.length, 40 + (next() % 120)) : data.length;
        return {
          ...packet,
          frame: packet.frame,
          sec: packet.sec,
          nsec: packet.nsec,
          linkType: packet.linkType,
          originalLength: packet.originalLength,
          data,
          start: 0,
          end,
        };
      });
      expect(() => JSON.stringify(facts)).not.toThrow();
    }
  });
});

describe('tables have an end', () => {
  const reset = (id: number) =>
    new ByteWriter()
      .u8(0x38)
      .u32(0x11111111)
      .u32(0xa5a50000 + id)
      .u8(0)
      .u32(0)
      .finish();

  it('many clients: the oldest sessions give way, and it is told', () => {
    const analyser = new Analyser();
    for (let i = 0; i < 3000; i++) {
      analyser.observe(view(i + 1, ipv4(17, udp(20_000 + (i % 40_000), 1194, reset(i + 1)), { src: `10.1.${i >> 8}.${i & 255}` })));
    }
    const { openvpn, evicted } = analyser.facts();
    expect(openvpn).toHaveLength(1024);
    expect(evicted.sessions).toBe(3000 - 1024);
  });

  it('a session without end keeps the first and the last of its messages', () => {
    const analyser = new Analyser();
    for (let i = 0; i < 5000; i++) analyser.observe(view(i + 1, ipv4(17, udp(20_000, 1194, reset(1)))));
    const [session] = analyser.facts().openvpn;
    expect(session?.messages.length).toBe(100);
    expect(session?.messagesDropped).toBe(4900);
    expect(session?.messages.at(-1)?.frame).toBe(5000);
  });

  it('a flood of data packets takes no long time', () => {
    const analyser = new Analyser();
    analyser.observe(view(1, ipv4(17, udp(20_000, 1194, reset(1)))));
    const next = noise(3);
    const from = cpuMilliseconds();
    for (let i = 0; i < 20_000; i++) {
      const data = new ByteWriter()
        .u8(0x48)
        .u24(7)
        .u32(i + 1)
        .bytes(bytesOf(next, 60))
        .finish();
      analyser.observe(view(i + 2, ipv4(17, udp(20_000, 1194, data))));
    }
    expect(cpuMilliseconds() - from).toBeLessThan(5000);
    expect(analyser.facts().openvpn[0]?.data.client).toMatchObject({ packets: 20_000, sequence: { lost: 0 } });
  });
});
