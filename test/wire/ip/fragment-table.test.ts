import { describe, expect, it } from 'vitest';
import { type FragmentPiece, FragmentTable } from '../../../src/wire/ip/fragment-table.js';

const DATAGRAM = Uint8Array.from({ length: 64 }, (_, at) => at);

/** Bytes `from` to `to` of the datagram as a fragment. */
function piece(from: number, to: number, frame: number, other: Partial<FragmentPiece> = {}): FragmentPiece {
  return {
    src: '10.0.0.1',
    dst: '10.0.0.2',
    protocol: 50,
    identification: 7,
    depth: 1,
    offset: from,
    moreFragments: to < DATAGRAM.length,
    length: to - from,
    bytes: DATAGRAM.slice(from, to),
    frame,
    time: frame,
    ...other,
  };
}

const incomplete = { src: '10.0.0.1', dst: '10.0.0.2', protocol: 50 };

describe('order', () => {
  it.each([
    [
      'in order',
      [
        [0, 24],
        [24, 48],
        [48, 64],
      ],
    ],
    [
      'backwards',
      [
        [48, 64],
        [24, 48],
        [0, 24],
      ],
    ],
    [
      'middle last',
      [
        [0, 24],
        [48, 64],
        [24, 48],
      ],
    ],
  ] as const)('%s', (_name, ranges) => {
    const table = new FragmentTable();
    const results = ranges.map(([from, to], at) => table.add(piece(from, to, at + 1)));
    expect(results.slice(0, 2).map((result) => result.whole)).toEqual([undefined, undefined]);
    expect(results[2]).toEqual({ whole: { bytes: DATAGRAM, length: 64, protocol: 50, fragments: 3, firstFrame: 1 }, overlap: undefined });
    expect(table.incomplete()).toEqual([]);
  });

  it('keeps nothing of the buffer it was given', () => {
    const table = new FragmentTable();
    const first = piece(0, 24, 1);
    table.add(first);
    first.bytes.fill(0);
    expect(table.add(piece(24, 64, 2)).whole?.bytes).toEqual(DATAGRAM);
  });
});

describe('identity', () => {
  it.each([
    ['source', { src: '10.0.0.9' }],
    ['destination', { dst: '10.0.0.9' }],
    ['protocol', { protocol: 17 }],
    ['identification', { identification: 8 }],
    ['depth', { depth: 2 }],
  ])('another %s is another datagram', (_name, other) => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1));
    expect(table.add(piece(24, 64, 2, other)).whole).toBeUndefined();
    expect(table.incomplete()).toHaveLength(2);
  });
});

describe('copies and overlaps', () => {
  it('tells a duplicate and does not count it', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1));
    expect(table.add(piece(0, 24, 2)).overlap).toBe('same');
    expect(table.add(piece(24, 64, 3)).whole?.fragments).toBe(2);
  });

  it('tells a duplicate that comes after the datagram was whole', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1));
    table.add(piece(24, 64, 2));
    expect(table.add(piece(24, 64, 3))).toEqual({ whole: undefined, overlap: 'same' });
    expect(table.incomplete()).toEqual([]);
  });

  it('begins anew when the identification comes round with other bytes', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1));
    table.add(piece(24, 64, 2));
    const next = DATAGRAM.map((byte) => byte ^ 0xff);
    expect(table.add(piece(0, 24, 3, { bytes: next.slice(0, 24) }))).toEqual({ whole: undefined, overlap: undefined });
    expect(table.add(piece(24, 64, 4, { bytes: next.slice(24) })).whole).toMatchObject({ bytes: next, firstFrame: 3 });
  });

  it('keeps what came first when an overlap differs, and tells', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1));
    expect(table.add(piece(16, 40, 2, { bytes: new Uint8Array(24).fill(0xee) })).overlap).toBe('different');
    const whole = table.add(piece(40, 64, 3)).whole;
    expect(whole?.bytes.slice(0, 24)).toEqual(DATAGRAM.slice(0, 24));
    expect(whole?.bytes.slice(24, 40)).toEqual(new Uint8Array(16).fill(0xee));
  });

  it('fills two holes with one fragment', () => {
    const table = new FragmentTable();
    table.add(piece(8, 16, 1));
    table.add(piece(24, 64, 2));
    expect(table.add(piece(0, 32, 3)).whole?.bytes).toEqual(DATAGRAM);
  });
});

describe('cut by the snap length', () => {
  it('puts together what the headers tell, and has bytes up to the first hole', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1, { bytes: DATAGRAM.slice(0, 10) }));
    const whole = table.add(piece(24, 64, 2)).whole;
    expect(whole?.length).toBe(64);
    expect(whole?.bytes).toEqual(DATAGRAM.slice(0, 10));
  });
});

describe('what never becomes whole', () => {
  it('is told at the end, with ports from the first fragment', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1, { protocol: 17, srcPort: 500, dstPort: 4500 }));
    table.add(piece(24, 48, 2, { identification: 9 }));
    expect(table.incomplete()).toEqual([
      { ...incomplete, frame: 1, protocol: 17, haveFirst: true, fragments: 1, srcPort: 500, dstPort: 4500 },
      { ...incomplete, frame: 2, haveFirst: false, fragments: 1 },
    ]);
  });

  it('is given up after 30 seconds', () => {
    const table = new FragmentTable();
    table.add(piece(0, 24, 1));
    expect(table.add(piece(24, 64, 2, { time: 32 })).whole).toBeUndefined();
    expect(table.incomplete().map(({ frame, haveFirst }) => [frame, haveFirst])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('is given up, oldest first, when there are too many', () => {
    const table = new FragmentTable({ datagrams: 2 });
    for (let id = 1; id <= 3; id++) table.add(piece(0, 24, id, { identification: id }));
    expect(table.add(piece(24, 64, 4, { identification: 2 })).whole?.firstFrame).toBe(2);
    expect(table.incomplete().map(({ frame }) => frame)).toEqual([1, 3]);
  });

  it('is given up when it holds too much', () => {
    const table = new FragmentTable({ bytes: 60 });
    table.add(piece(0, 24, 1, { identification: 1 }));
    table.add(piece(0, 24, 2, { identification: 2 }));
    table.add(piece(0, 24, 3, { identification: 3 }));
    expect(table.add(piece(24, 64, 4, { identification: 1 })).whole).toBeUndefined();
  });

  it('is listed up to a limit and counted beyond it', () => {
    const table = new FragmentTable({ datagrams: 1, reported: 2 });
    for (let id = 1; id <= 5; id++) table.add(piece(0, 24, id, { identification: id }));
    expect(table.incomplete().map(({ frame }) => frame)).toEqual([1, 2, 5]);
    expect(table.unreported).toBe(2);
  });
});
