import { describe, expect, it } from 'vitest';
import type { AhUnit, EspUnit, IpcompUnit } from '../../../src/dissect/packet.js';
import { SaTracker } from '../../../src/dissect/sa/sa-tracker.js';

const A = '10.0.0.1';
const B = '10.0.0.2';

function esp(
  values: Partial<Omit<EspUnit, 'kind' | 'src' | 'dst'>> & { src?: string; dst?: string; ports?: readonly [number, number] } = {},
): EspUnit {
  const { src = A, dst = B, ports, ...rest } = values;
  return {
    kind: 'esp',
    src: { address: src, ...(ports ? { port: ports[0] } : {}) },
    dst: { address: dst, ...(ports ? { port: ports[1] } : {}) },
    encapsulation: ports ? 'udp' : 'none',
    length: 116,
    bytes: new Uint8Array(116),
    ipFragments: 1,
    firstFrame: 1,
    depth: 1,
    spi: 0xd514eed9,
    sequence: 1,
    ...rest,
  };
}

/** Feeds units a millisecond apart. */
function tracked(units: readonly (EspUnit | AhUnit | IpcompUnit)[], tracker = new SaTracker(), sec = 1_700_000_000): SaTracker {
  units.forEach((unit, i) => {
    tracker.observe(unit, { frame: i + 1, sec: sec + Math.floor(i / 1000), nsec: (i % 1000) * 1_000_000 });
  });
  return tracker;
}

describe('SaTracker', () => {
  it('tells the facts of one SA', () => {
    const tracker = new SaTracker();
    tracker.observe(esp({ sequence: 1 }), { frame: 3, sec: 100, nsec: 500_000_000 });
    tracker.observe(esp({ sequence: 2, length: 132 }), { frame: 5, sec: 100, nsec: 750_000_000 });
    tracker.observe(esp({ sequence: 5, length: 100, ipFragments: 2 }), { frame: 9, sec: 103, nsec: 250_000_000 });
    tracker.observe(esp({ sequence: 4 }), { frame: 10, sec: 103, nsec: 250_000_001 });
    tracker.observe(esp({ sequence: 4 }), { frame: 11, sec: 103, nsec: 250_000_002 });
    const residues = new Array<number>(16).fill(0);
    residues[4] = 5;
    expect(tracker.facts()).toEqual([
      {
        protocol: 'esp',
        src: A,
        dst: B,
        spi: '0xd514eed9',
        encapsulation: 'none',
        packets: 5,
        bytes: 580,
        firstSequence: 1,
        lastSequence: 4,
        highestSequence: 5,
        lost: 1,
        reordered: 1,
        maxReorderDistance: 1,
        duplicates: 1,
        replayDrops: { w32: 0, w64: 0, w128: 0, w1024: 0 },
        wraps: 0,
        restarts: 0,
        firstTime: { sec: 100, nsec: 500_000_000 },
        lastTime: { sec: 103, nsec: 250_000_002 },
        longestGap: 2.5,
        longestGapFrame: 9,
        firstFrame: 3,
        lastFrame: 11,
        minLength: 100,
        maxLength: 132,
        lengthResidues: residues,
        impliedIcv: expect.objectContaining({ packets: 5 }),
        lateFrames: [11],
        ipFragmented: 1,
      },
    ]);
  });

  it('tells apart source, destination, protocol, SPI and address family, in order of first appearance', () => {
    const ah: AhUnit = { ...esp(), kind: 'ah', nextHeader: 4, icv: new Uint8Array(12), datagram: new Uint8Array(0) };
    const { sequence: _, spi: __, ...rest } = esp();
    const ipcomp: IpcompUnit = { ...rest, kind: 'ipcomp', cpi: 2, nextHeader: 4 };
    const units = [
      esp(),
      esp({ spi: 1 }),
      esp({ src: B, dst: A }),
      ah,
      ipcomp,
      esp({ src: '2001:db8::1', dst: '2001:db8::2' }),
      esp({ src: '2001:db8::1', dst: '2001:db8::3' }),
      esp({ src: '::a00:1', dst: '::a00:2' }),
    ];
    const facts = tracked([...units, ...units]).facts();
    expect(facts.map(({ protocol, src, dst, spi, packets }) => [protocol, src, dst, spi, packets])).toEqual([
      ['esp', A, B, '0xd514eed9', 2],
      ['esp', A, B, '0x00000001', 2],
      ['esp', B, A, '0xd514eed9', 2],
      ['ah', A, B, '0xd514eed9', 2],
      ['ipcomp', A, B, '0x0002', 2],
      ['esp', '2001:db8::1', '2001:db8::2', '0xd514eed9', 2],
      ['esp', '2001:db8::1', '2001:db8::3', '0xd514eed9', 2],
      ['esp', '::a00:1', '::a00:2', '0xd514eed9', 2],
    ]);
    // IPComp has no sequence number, so nothing is said about it.
    expect(facts[4]).toMatchObject({ firstSequence: 0, highestSequence: 0, lost: 0, duplicates: 0, lateFrames: [] });
    expect(facts[3]?.impliedIcv).toBeUndefined();
  });

  it('keeps the last ports and counts how often NAT changed them', () => {
    const units = [4500, 4500, 61_000, 61_000, 61_001].map((port, i) => esp({ ports: [port, 4500], sequence: i + 1 }));
    expect(tracked(units).facts()).toMatchObject([{ encapsulation: 'udp', srcPort: 61_001, dstPort: 4500, portChanges: 2, packets: 5 }]);
  });

  it('does not count the change from bare ESP to UDP as a change of ports', () => {
    expect(tracked([esp(), esp({ ports: [4500, 4500], sequence: 2 })]).facts()).toMatchObject([{ encapsulation: 'udp', portChanges: 0 }]);
  });

  it('gives the latest port with the upper half set', () => {
    expect(tracked([esp({ ports: [65_535, 65_534] })]).facts()).toMatchObject([{ srcPort: 65_535, dstPort: 65_534 }]);
  });

  it('counts decryption results only when there were any', () => {
    const tracker = new SaTracker();
    const sa = tracker.observe(esp(), { frame: 1, sec: 1, nsec: 0 });
    expect(tracker.facts()[0]?.decrypted).toBeUndefined();
    tracker.addDecryption(sa, 'good');
    tracker.addDecryption(sa, 'bad');
    tracker.addDecryption(sa, 'good');
    expect(tracker.facts()[0]?.decrypted).toEqual({ good: 2, bad: 1, unknown: 0 });
  });

  it('gives up the least recently seen SAs when the table is full, and counts them', () => {
    const tracker = new SaTracker({ maxSas: 32 });
    const spis = Array.from({ length: 40 }, (_, i) => i + 1);
    let frame = 0;
    for (const spi of spis) {
      tracker.observe(esp({ spi }), { frame: ++frame, sec: frame, nsec: 0 });
      // SPI 1 stays in use.
      tracker.observe(esp({ spi: 1, sequence: spi + 1 }), { frame: ++frame, sec: frame, nsec: 0 });
    }
    const facts = tracker.facts();
    expect(facts).toHaveLength(32);
    expect(tracker.evicted).toBe(8);
    expect(facts.map(({ spi }) => Number(spi))).toEqual([1, ...spis.slice(-31)]);
    expect(facts[0]?.packets).toBe(41);
  });

  it('finds every one of many SAs again', () => {
    const spis = Array.from({ length: 5000 }, (_, i) => (i * 0x10001) >>> 0);
    const tracker = new SaTracker();
    for (const pass of [1, 2]) for (const spi of spis) tracker.observe(esp({ spi, sequence: pass }), { frame: 1, sec: 1, nsec: 0 });
    const facts = tracker.facts();
    expect(facts).toHaveLength(5000);
    expect(facts.every(({ packets, lost }) => packets === 2 && lost === 0)).toBe(true);
  });

  describe('pairs', () => {
    it('joins the two directions of a tunnel', () => {
      const facts = tracked([esp({ spi: 1 }), esp({ spi: 2, src: B, dst: A })]).facts();
      expect(facts.map(({ pairSpi }) => pairSpi)).toEqual(['0x00000002', '0x00000001']);
    });

    it('joins by start when there are several, and each only once', () => {
      const tracker = new SaTracker();
      const at = (sec: number) => ({ frame: sec, sec, nsec: 0 });
      tracker.observe(esp({ spi: 1 }), at(100));
      tracker.observe(esp({ spi: 11, src: B, dst: A }), at(101));
      tracker.observe(esp({ spi: 2 }), at(200));
      tracker.observe(esp({ spi: 3 }), at(202));
      tracker.observe(esp({ spi: 12, src: B, dst: A }), at(203));
      for (const [spi, src, dst] of [
        [1, A, B],
        [11, B, A],
        [2, A, B],
        [3, A, B],
        [12, B, A],
      ] as const) {
        tracker.observe(esp({ spi, src, dst, sequence: 2 }), at(300));
      }
      expect(tracker.facts().map(({ spi, pairSpi }) => [Number(spi), Number(pairSpi ?? 0)])).toEqual([
        [1, 11],
        [11, 1],
        [2, 0],
        [3, 12],
        [12, 3],
      ]);
    });

    it('believes a negotiation more than the clock', () => {
      const tracker = tracked([esp({ spi: 1 }), esp({ spi: 2, src: B, dst: A }), esp({ spi: 0xfffffff3, src: B, dst: A })]);
      tracker.pair(0xfffffff3, 1);
      expect(tracker.facts().map(({ spi, pairSpi }) => [spi, pairSpi])).toEqual([
        ['0x00000001', '0xfffffff3'],
        ['0x00000002', undefined],
        ['0xfffffff3', '0x00000001'],
      ]);
    });

    it('leaves alone what does not belong together', () => {
      const tracker = new SaTracker();
      const at = (sec: number) => ({ frame: sec, sec, nsec: 0 });
      tracker.observe(esp({ spi: 1 }), at(100));
      // Another address, another encapsulation, long after, another port.
      tracker.observe(esp({ spi: 2, src: B, dst: '10.0.0.3' }), at(100));
      tracker.observe(esp({ spi: 3, src: B, dst: A, ports: [4500, 4500] }), at(100));
      tracker.observe(esp({ spi: 4, src: B, dst: A }), at(200));
      tracker.observe(esp({ spi: 5, src: '10.0.0.9', dst: '10.0.0.9' }), at(100));
      tracker.observe(esp({ spi: 6, ports: [61_000, 4500] }), at(100));
      expect(tracker.facts().map(({ pairSpi }) => pairSpi)).toEqual(new Array(6).fill(undefined));
    });

    it('stays quick with as many SAs as there may be', () => {
      const tracker = new SaTracker();
      for (let i = 0; i < 20_000; i++) {
        tracker.observe(i % 2 === 0 ? esp({ spi: i }) : esp({ spi: i, src: B, dst: A }), { frame: i, sec: 1000 + i, nsec: 0 });
      }
      const facts = tracker.facts();
      expect(facts.filter(({ pairSpi }) => pairSpi !== undefined).length).toBeGreaterThan(19_000);
    });
  });
});
