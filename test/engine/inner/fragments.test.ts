import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragmentPacket, Reassembler } from '../../../src/engine/inner/fragments.js';
import { readInnerPacket } from '../../../src/engine/inner/inner-packet.js';
import { udpPacket } from '../../../src/engine/inner/messages.js';

const v4 = { src: '10.1.0.1', dst: '10.2.0.1' };
const v6 = { src: '2001:db8:1::1', dst: '2001:db8:2::1' };

describe('fragments', () => {
  it('come together again, in any order, twice or with a stranger between', () => {
    const any = fc.record({
      route: fc.constantFrom(v4, v6),
      length: fc.nat(6000),
      mtu: fc.integer({ min: 68, max: 1500 }),
      order: fc.infiniteStream(fc.nat()),
    });
    fc.assert(
      fc.property(any, ({ route, length, mtu, order }) => {
        const packet = udpPacket(
          route,
          1,
          2,
          Uint8Array.from({ length }, (_, i) => i),
        );
        const fragments = fragmentPacket(packet, mtu, 9);
        for (const fragment of fragments)
          expect(fragment.length).toBeLessThanOrEqual(Math.max(mtu, packet.length <= mtu ? packet.length : 0));
        const keys = new Map(fragments.map((fragment) => [fragment, order.next().value as number]));
        const shuffled = [...fragments].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        const [stranger] = fragmentPacket(udpPacket(route, 3, 4, new Uint8Array(3000)), 1000, 10) as [Uint8Array];
        const reassembler = new Reassembler();
        const whole = [stranger, ...shuffled, ...shuffled].flatMap((fragment) => {
          const inner = readInnerPacket(fragment);
          const made = inner === undefined ? undefined : reassembler.add(inner, 0);
          return made === undefined ? [] : [made];
        });
        // Packets that were never cut come out each time.
        expect(whole.length).toBe(fragments.length === 1 ? 2 : 1);
        expect(whole[0]).toMatchObject(readInnerPacket(packet) ?? {});
        expect(whole[0]?.fragment).toBeUndefined();
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  it('are not made where they may not, or need not be', () => {
    const whole = udpPacket({ ...v4, dontFragment: true }, 1, 2, new Uint8Array(3000));
    expect(fragmentPacket(whole, 1400, 1)).toEqual([whole]);
    const [fragment] = fragmentPacket(udpPacket(v4, 1, 2, new Uint8Array(3000)), 1400, 1) as [Uint8Array];
    expect(fragmentPacket(fragment, 600, 1)).toEqual([fragment]);
    expect(fragmentPacket(Uint8Array.of(1, 2, 3), 2, 1)).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(fragmentPacket(udpPacket(v4, 1, 2, new Uint8Array(100)), 20, 1).length).toBe(1);
  });

  it('are forgotten in time, and none reaches beyond a datagram', () => {
    const [first, second] = fragmentPacket(udpPacket(v4, 1, 2, new Uint8Array(1500)), 1400, 1).map((one) => readInnerPacket(one));
    if (first === undefined || second === undefined) throw new TypeError('no fragments');
    const reassembler = new Reassembler();
    expect(reassembler.add(first, 0)).toBeUndefined();
    expect(reassembler.add(second, 31_000)).toBeUndefined();
    const beyond = { ...second, fragment: { identification: 2, offset: 65_528, more: false } };
    expect(reassembler.add(beyond, 31_000)).toBeUndefined();
  });
});
