import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InterfaceClock } from '../../src/pcapfile/clock.js';

const LATEST = 253_402_300_799n;

/** What the specification says, in exact arithmetic. */
function exact(time: bigint, resolution: number, offset: number): { sec: number; nsec: number } | undefined {
  const units = (resolution < 0x80 ? 10n : 2n) ** BigInt(resolution & 0x7f);
  const sec = time / units + BigInt(offset);
  if (sec < 0n || sec > LATEST) return undefined;
  return { sec: Number(sec), nsec: Number(((time % units) * 1_000_000_000n) / units) };
}

describe('InterfaceClock', () => {
  it('equals exact arithmetic for every resolution', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 0xffff_ffff_ffff_ffffn),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: -1e9, max: 1e9 }),
        (time, resolution, offset) => {
          const clock = new InterfaceClock(resolution, offset);
          const expected = exact(time, resolution, offset);
          expect(clock.read(Number(time >> 32n), Number(time & 0xffff_ffffn))).toBe(expected !== undefined);
          expect({ sec: clock.sec, nsec: clock.nsec }).toEqual(expected ?? { sec: 0, nsec: 0 });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([0, 3, 6, 9, 0x8a])('gives the same from one packet to the next, forwards and backwards (if_tsresol %d)', (resolution) => {
    const steps = fc.array(fc.bigInt(-3_000_000_000n, 3_000_000_000n), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.bigInt(0n, 1n << 40n), steps, (start, differences) => {
        const clock = new InterfaceClock(resolution);
        let time = start;
        for (const difference of differences) {
          time = time + difference < 0n ? 0n : time + difference;
          const expected = exact(time, resolution, 0);
          expect(clock.read(Number(time >> 32n), Number(time & 0xffff_ffffn))).toBe(expected !== undefined);
          expect({ sec: clock.sec, nsec: clock.nsec }).toEqual(expected ?? { sec: 0, nsec: 0 });
        }
      }),
    );
  });

  it.each([3, 6, 9])('equals exact arithmetic at times of today with 10^-%d', (resolution) => {
    fc.assert(
      fc.property(fc.bigInt(1_700_000_000n, 1_900_000_000n), fc.bigInt(0n, 999_999_999n), (sec, nsec) => {
        const time = sec * 10n ** BigInt(resolution) + nsec / 10n ** BigInt(9 - resolution);
        const clock = new InterfaceClock(resolution);
        expect(clock.read(Number(time >> 32n), Number(time & 0xffff_ffffn))).toBe(true);
        expect({ sec: clock.sec, nsec: clock.nsec }).toEqual(exact(time, resolution, 0));
      }),
    );
  });
});
