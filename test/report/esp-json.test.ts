import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/dissect/analyser.js';
import { LINKTYPE } from '../../src/pcapfile/linktypes.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { EspRecords } from '../../src/report/esp-json.js';
import { packetRecords } from '../../src/report/sniff-json.js';
import { TextOutput } from '../../src/report/text-output.js';

interface Sent {
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  readonly spi: number;
  readonly sequence: number;
  readonly payload: number;
  readonly udp: boolean;
  readonly v6: boolean;
  readonly port: number;
}

/** A whole ESP packet, bare or in UDP, in an IP header without options. */
function view({ frame, sec, nsec, spi, sequence, payload, udp, v6, port }: Sent): PacketView {
  const esp = Buffer.alloc(8 + payload, 0xa5);
  esp.writeUInt32BE(spi, 0);
  esp.writeUInt32BE(sequence, 4);
  const header = Buffer.alloc(udp ? 8 : 0);
  if (udp) for (const [at, value] of [port, 4500, 8 + esp.length].entries()) header.writeUInt16BE(value, 2 * at);
  const inner = Buffer.concat([header, esp]);
  const ip = Buffer.alloc(v6 ? 40 : 20);
  ip[0] = v6 ? 0x60 : 0x45;
  ip[v6 ? 6 : 9] = udp ? 17 : 50;
  ip.writeUInt16BE(v6 ? inner.length : ip.length + inner.length, v6 ? 4 : 2);
  for (const at of v6 ? [23, 38] : [12, 16]) ip[at] = 10;
  const data = Buffer.concat([ip, inner]);
  const place = { data, start: 0, end: data.length, originalLength: data.length };
  return { frame, sec, nsec, linkType: LINKTYPE.RAW, interfaceId: 0, nanoseconds: true, ...place };
}

describe('EspRecords', () => {
  it('prints what the general record of the same packet says, byte for byte', () => {
    const packets = fc.array(
      fc.record({
        frame: fc.integer({ min: 1, max: 2 ** 40 }),
        sec: fc.integer({ min: 0, max: 0xffffffff }),
        nsec: fc.oneof(
          fc.integer({ min: 0, max: 999_999_999 }),
          fc.integer({ min: 0, max: 999_999 }).map((n) => n * 1000),
        ),
        // Above what is reserved, and far from the first bytes of OpenVPN, whose flows the fast path leaves alone.
        spi: fc.integer({ min: 0xf8000000, max: 0xffffffff }),
        sequence: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 0xffffffff })),
        payload: fc.integer({ min: 1, max: 1400 }),
        udp: fc.boolean(),
        v6: fc.boolean(),
        port: fc.integer({ min: 1, max: 65_535 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(packets, (sent) => {
        const output = new TextOutput();
        const fast = new Analyser({ fast: { sink: new EspRecords(output) } });
        const general = new Analyser();
        let expected = '';
        for (const one of sent) {
          expect(fast.observe(view(one))).toBeUndefined();
          const observation = general.observe(view(one));
          for (const record of observation === undefined ? [] : packetRecords(observation)) expected += `${JSON.stringify(record)}\n`;
        }
        expect(output.bytes.toString('latin1', 0, output.at)).toBe(expected);
      }),
    );
  });

  it('leaves room for the longest record', () => {
    const output = new TextOutput();
    const longest = { frame: Number.MAX_SAFE_INTEGER, sec: 1_767_268_800, nsec: 999_999_999, spi: 0xffffffff, sequence: 0xffffffff };
    const packet = view({ ...longest, payload: 60_000, udp: true, v6: true, port: 65_535 });
    packet.data.fill(0xab, 8, 40);
    expect(new Analyser({ fast: { sink: new EspRecords(output) } }).observe(packet)).toBeUndefined();
    expect(output.at).toBeLessThan(380);
    expect(JSON.parse(output.bytes.toString('latin1', 0, output.at))).toMatchObject({ seq: 0xffffffff, length: 60_008, encap: 'udp' });
  });
});
