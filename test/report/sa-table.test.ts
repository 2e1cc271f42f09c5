import { describe, expect, it } from 'vitest';
import { saTable } from '../../src/report/sa-table.js';
import { createStyle } from '../../src/report/style.js';
import { back, sa } from '../support/facts.js';
import { plainStyle } from '../support/plain-style.js';

const LONG = '2001:db8:1111:2222:3333:4444:5555:6666';

describe('saTable', () => {
  it('is nothing without SAs', () => expect(saTable([], plainStyle(), true)).toEqual([]));

  it('has a row for each, figures to the right', () => {
    expect(saTable([sa({ packets: 1000, bytes: 136_000 }), back({ encapsulation: 'udp', lost: 7 })], plainStyle(100), false)).toEqual([
      'SA              from > to                    pkts   bytes  lost  reord  dup  seq',
      'esp 0xaaaa0001  192.0.2.1 > 203.0.113.2      1000  136000     0      0    0  1-1000',
      'esp 0xbbbb0002  203.0.113.2 > 192.0.2.1 udp    10    1360     7      0    0  1-10',
    ]);
  });

  it('puts the figures under the addresses where a row does not fit', () => {
    expect(saTable([sa({ src: LONG, dst: LONG })], plainStyle(), false)).toEqual([
      'SA  from > to',
      '  pkts  bytes  lost  reord  dup  seq',
      `esp 0xaaaa0001  ${LONG} > ${LONG}`,
      '    10   1360     0      0    0  1-10',
    ]);
  });

  it('does so for all rows or none', () => {
    const lines = saTable([sa(), back({ src: LONG, dst: LONG })], plainStyle(), false);
    expect(lines).toHaveLength(6);
  });

  it('has no sequence figures for IPComp', () => {
    const [, row] = saTable([sa({ protocol: 'ipcomp', spi: '0x1234' })], plainStyle(100), false);
    expect(row).toMatch(/ {4}-{1} +- +- {2}-$/);
  });

  const remarks = (more: Parameters<typeof sa>[0], detailed = false) =>
    saTable([sa(more)], plainStyle(100), detailed)
      .slice(2)
      .map((line) => line.trim());

  it.each<[string, Parameters<typeof sa>[0], string]>([
    [
      'late packets',
      { reordered: 7, maxReorderDistance: 49, replayDrops: { w32: 5, w64: 0, w128: 0, w1024: 0 } },
      'late by up to 49: a replay window of 32 drops 5, 64: 0, 128: 0, 1024: 0',
    ],
    ['a wrap', { wraps: 1 }, 'sequence number wrapped 1 time'],
    ['restarts', { restarts: 2 }, 'sequence number started again 2 times'],
    ['fragments', { ipFragmented: 3 }, '3 packets came in IP fragments'],
    ['verdicts', { decrypted: { good: 1, bad: 2, unknown: 3 } }, 'ICV good 1, bad 2, unknown 3'],
  ])('remarks %s', (_, more, text) => expect(remarks(more)).toEqual([text]));

  it('says of an ordinary SA no more, unless asked', () => {
    expect(remarks({})).toEqual([]);
    expect(remarks({ pairSpi: '0xbbbb0002', impliedIcv: { packets: 10, candidates: [], text: 'ICV 16' } }, true)).toEqual([
      'over 9.000 s, 1.1 packets/s, longest silence 1.000 s before packet 20',
      'lengths 136-136, other direction 0xbbbb0002',
      'ICV 16',
    ]);
  });

  it('has no rate for a single moment', () => {
    expect(remarks({ from: 1, to: 1 }, true)[0]).toBe('over 0.000 s, longest silence 1.000 s before packet 20');
  });

  it.each([40, 60, 80, 100])('stays within %d columns', (width) => {
    const all = [sa({ reordered: 9, replayDrops: { w32: 9, w64: 9, w128: 9, w1024: 9 } }), back({ encapsulation: 'udp' })];
    const lines = saTable(all, plainStyle(width), true);
    // Two addresses and an SPI are never broken.
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(width, line.startsWith('esp ') ? 60 : 0));
  });

  it('makes the heading bold', () => {
    const [head = ''] = saTable([sa()], createStyle({ isTTY: true, columns: 100, env: {} }, false), false);
    expect(head.startsWith('\x1b[1mSA ')).toBe(true);
  });
});
