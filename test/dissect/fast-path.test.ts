import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FastPath } from '../../src/dissect/fast-path.js';
import { Dissector } from '../../src/dissect/frame/dissector.js';
import { SaTracker } from '../../src/dissect/sa/sa-tracker.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { EspLines } from '../../src/report/esp-line.js';
import { tcpdumpLine } from '../../src/report/tcpdump-line.js';
import { TextOutput } from '../../src/report/text-output.js';
import { buildPcap } from '../support/capture-builder.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';

const ETHERNET = 1;
const RAW = 101;

/** Runs every packet both ways and compares what they print and what they counted in the end; returns packets taken. */
function compare(capture: Buffer): { taken: number; esp: number } {
  const general = new SaTracker();
  const both = new SaTracker();
  const dissector = new Dissector();
  const output = new TextOutput();
  const fast = new FastPath(both, new EspLines(output), dissector.openvpn);
  let taken = 0;
  let esp = 0;
  const reader = createCaptureReader((view: PacketView) => {
    output.at = 0;
    const wasTaken = fast.handle(view);
    const packet = dissector.dissect(view);
    for (const unit of packet.units) {
      if (unit.kind !== 'esp' && unit.kind !== 'ah' && unit.kind !== 'ipcomp') continue;
      general.observe(unit, packet);
      if (!wasTaken) both.observe(unit, packet);
      esp++;
    }
    if (!wasTaken) {
      expect(output.at).toBe(0);
      return;
    }
    taken++;
    expect(packet.units.map(({ kind }) => kind)).toEqual(['esp']);
    expect(packet.malformed).toBeUndefined();
    expect(output.bytes.toString('latin1', 0, output.at)).toBe(`${tcpdumpLine(packet)}\n`);
  });
  reader.feed(capture);
  reader.end();
  expect(both.facts()).toEqual(general.facts());
  return { taken, esp };
}

function u16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}

const bytes = (...parts: (readonly number[] | Uint8Array)[]) => Buffer.from(parts.flatMap((part) => [...part]));
const payload = (length: number) => new Uint8Array(length).fill(0xa5);

const V6_A = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const V6_B = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 2];

function espBytes({ spi = 0xd514eed9, sequence = 7, length = 60 } = {}): Buffer {
  return bytes(u32(spi), u32(sequence), payload(length));
}

function ipv4(protocol: number, content: Uint8Array, { total = 20 + content.length, fragment = 0, first = 0x45 } = {}): Buffer {
  const header = [first, 0, ...u16(total), 0, 7, ...u16(fragment), 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
  return bytes(header, content);
}

function ipv6(protocol: number, content: Uint8Array, length = content.length): Buffer {
  return bytes([0x60, 0, 0, 0, ...u16(length), protocol, 64], V6_A, V6_B, content);
}

function udp(content: Uint8Array, { src = 4500, dst = 4500, length = 8 + content.length } = {}): Buffer {
  return bytes(u16(src), u16(dst), u16(length), [0, 0], content);
}

const ethernet = (type: number, content: Uint8Array) => bytes([2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4], u16(type), content);
const vlan = (type: number, content: Uint8Array) => bytes([0, 100], u16(type), content);

const taken: readonly (readonly [string, number, Buffer])[] = [
  ['ESP on IPv4 on Ethernet', ETHERNET, ethernet(0x0800, ipv4(50, espBytes()))],
  ['the same with padding of the frame', ETHERNET, ethernet(0x0800, bytes(ipv4(50, espBytes({ length: 4 })), payload(14)))],
  ['ESP in UDP', ETHERNET, ethernet(0x0800, ipv4(17, udp(espBytes())))],
  ['ESP in UDP from a port that NAT chose', ETHERNET, ethernet(0x0800, ipv4(17, udp(espBytes(), { src: 61234 })))],
  ['ESP in UDP to a port that NAT chose', ETHERNET, ethernet(0x0800, ipv4(17, udp(espBytes(), { dst: 65535 })))],
  ['ESP on IPv6', ETHERNET, ethernet(0x86dd, ipv6(50, espBytes()))],
  ['ESP in UDP on IPv6', ETHERNET, ethernet(0x86dd, ipv6(17, udp(espBytes())))],
  ['one VLAN tag', ETHERNET, ethernet(0x8100, vlan(0x0800, ipv4(50, espBytes())))],
  ['two VLAN tags', ETHERNET, ethernet(0x88a8, vlan(0x8100, vlan(0x86dd, ipv6(50, espBytes()))))],
  ['raw IPv4', RAW, ipv4(50, espBytes())],
  ['raw IPv6', RAW, ipv6(50, espBytes())],
  ['raw by its old number', 12, ipv4(50, espBytes())],
  ['link type IPV4', 228, ipv4(50, espBytes())],
  ['link type IPV6', 229, ipv6(50, espBytes())],
  ['Linux cooked', 113, bytes([0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0], u16(0x0800), ipv4(50, espBytes()))],
  ['Linux cooked 2', 276, bytes(u16(0x86dd), [0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0], ipv6(50, espBytes()))],
  ['loopback, little-endian', 0, bytes([2, 0, 0, 0], ipv4(50, espBytes()))],
  ['loopback, big-endian IPv6', 0, bytes([0, 0, 0, 30], ipv6(50, espBytes()))],
  ['loopback in network order', 108, bytes([0, 0, 0, 2], ipv4(50, espBytes()))],
  ['do-not-fragment', RAW, ipv4(50, espBytes(), { fragment: 0x4000 })],
  ['SPI 0 without UDP', RAW, ipv4(50, espBytes({ spi: 0 }))],
  ['highest SPI and sequence number', RAW, ipv4(50, espBytes({ spi: 0xffffffff, sequence: 0xffffffff }))],
  ['sequence number 0', RAW, ipv4(50, espBytes({ sequence: 0 }))],
  ['one byte behind the sequence number', RAW, ipv4(50, espBytes({ length: 1 }))],
  ['an SPI that is no OpenVPN reset', RAW, ipv4(17, udp(espBytes({ spi: 0x39000001 })))],
];

const left: readonly (readonly [string, number, Buffer])[] = [
  ['nothing behind the sequence number', RAW, ipv4(50, espBytes({ length: 0 }))],
  ['less than a header', RAW, ipv4(50, espBytes().subarray(0, 5))],
  ['IPv4 options', RAW, ipv4(50, bytes([0x94, 4, 0, 0], espBytes()), { first: 0x46 })],
  ['a first fragment', RAW, ipv4(50, espBytes({ length: 56 }), { fragment: 0x2000 })],
  ['a later fragment', RAW, ipv4(50, espBytes({ length: 56 }), { fragment: 0x0008 })],
  ['a total length beyond the frame', RAW, ipv4(50, espBytes(), { total: 300 })],
  ['a total length of zero', RAW, ipv4(50, espBytes(), { total: 0 })],
  ['a total length below the header', RAW, ipv4(50, espBytes(), { total: 19 })],
  ['an IPv6 length beyond the frame', RAW, ipv6(50, espBytes(), 200)],
  ['IPv6 destination options', RAW, ipv6(60, bytes([50, 0, 1, 4, 0, 0, 0, 0], espBytes()))],
  ['a UDP length that is not IP’s', RAW, ipv4(17, udp(espBytes(), { length: 40 }))],
  ['a UDP length of zero', RAW, ipv4(17, udp(espBytes(), { length: 0 }))],
  ['IKE with its marker', RAW, ipv4(17, udp(bytes([0, 0, 0, 0], payload(40))))],
  ['a keepalive', RAW, ipv4(17, udp(bytes([0xff])))],
  ['other ports', RAW, ipv4(17, udp(espBytes(), { src: 4501, dst: 4499 }))],
  ['AH', RAW, ipv4(51, bytes([50, 4, 0, 0], u32(1), u32(1), payload(12), espBytes()))],
  ['ICMP', RAW, ipv4(1, payload(40))],
  ['three VLAN tags', ETHERNET, ethernet(0x8100, vlan(0x8100, vlan(0x8100, vlan(0x0800, ipv4(50, espBytes())))))],
  ['ARP', ETHERNET, ethernet(0x0806, payload(28))],
  ['PPP', 9, bytes([0xff, 3, 0, 0x21], ipv4(50, espBytes()))],
  ['what begins like an OpenVPN reset', RAW, ipv4(17, udp(espBytes({ spi: 0x38000001 })))],
  [
    'IKE on port 4500 without its marker',
    RAW,
    ipv4(17, udp(bytes(u32(1), u32(2), u32(0), u32(0), [33, 0x20, 34, 8], u32(0), u32(28 + 8), [0, 0, 0, 8, 1, 2, 3, 4]))),
  ],
];

describe('FastPath', () => {
  it.each(taken)('takes %s and says what the general decoder says', (_, linkType, data) => {
    expect(compare(buildPcap([data, data], { linkType }))).toEqual({ taken: 2, esp: 2 });
  });

  it.each(left)('leaves %s to the general decoder', (_, linkType, data) => {
    expect(compare(buildPcap([data], { linkType })).taken).toBe(0);
  });

  it('leaves to the general decoder what may be data of an OpenVPN flow on port 4500', () => {
    // P_CONTROL_HARD_RESET_CLIENT_V2 with a session id, no acknowledgment and message 0.
    const reset = ipv4(17, udp(bytes([0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0]), { src: 50_000 }));
    const data = ipv4(17, udp(espBytes({ spi: 0x48000001 }), { src: 50_000 }));
    expect(compare(buildPcap([data]))).toEqual({ taken: 1, esp: 1 });
    expect(compare(buildPcap([reset, data]))).toEqual({ taken: 0, esp: 0 });
  });

  it('agrees with the general decoder on packets cut at every length', () => {
    for (const [, linkType, data] of [...taken, ...left]) {
      const cut = Array.from({ length: data.length }, (_, length) => ({
        data: data.subarray(0, length),
        originalLength: data.length,
      }));
      compare(buildPcap(cut, { linkType }));
      compare(
        buildPcap(
          cut.map((packet) => packet.data),
          { linkType },
        ),
      );
    }
  });

  it('agrees with the general decoder whatever byte is changed', () => {
    const rows = [...taken, ...left];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: rows.length - 1 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        (row, changes) => {
          const [, linkType, data] = rows[row] as (typeof rows)[number];
          const changed = Buffer.from(data);
          for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
          compare(buildPcap([changed, data], { linkType }));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agrees with the general decoder on streams with loss, copies, restarts and changing ports', () => {
    const packet = fc.record({
      spi: fc.integer({ min: 1, max: 4 }),
      sequence: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0xfffffff0, max: 0xffffffff })),
      length: fc.integer({ min: 1, max: 60 }),
      src: fc.constantFrom(4500, 61_000),
      form: fc.constantFrom('bare', 'udp', 'v6'),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const built = packets.map(({ form, src, ...rest }) => {
          const esp = espBytes(rest);
          return form === 'udp' ? ipv4(17, udp(esp, { src })) : form === 'v6' ? ipv6(50, esp) : ipv4(50, esp);
        });
        expect(compare(buildPcap(built))).toEqual({ taken: packets.length, esp: packets.length });
      }),
    );
  });
});

const own = fileURLToPath(new URL('../../captures', import.meta.url));
const ownCaptures = existsSync(own)
  ? readdirSync(own)
      .map((name) => join(own, name, 'capture.pcap'))
      .filter((path) => existsSync(path))
  : [];
const sharedFolder = sharedCaptures === undefined ? undefined : join(sharedCaptures, 'pcap');

describe('FastPath on recorded captures', () => {
  it.skipIf(ownCaptures.length === 0)('agrees with the general decoder on every scenario', () => {
    let sum = 0;
    for (const path of ownCaptures) sum += compare(readFileSync(path)).taken;
    expect(sum).toBeGreaterThan(100);
  });

  it.skipIf(sharedFolder === undefined)(`agrees with the general decoder on public captures${skipReason}`, () => {
    let sum = 0;
    for (const name of readdirSync(sharedFolder as string)) {
      const raw = readFileSync(join(sharedFolder as string, name));
      sum += compare(raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).taken;
    }
    expect(sum).toBeGreaterThan(100);
  });
});
