import { expect, it } from 'vitest';
import { PacketIdCheck, type PacketOrder } from '../../../../src/engine/openvpn/data/packet-id-check.js';

type Row = readonly [id: number, time: number, reason: string | undefined];

it.each<readonly [string, PacketOrder, readonly Row[]]>([
  [
    'a window',
    'unordered',
    [
      [0, 0, 'outside-window'],
      [1, 0, undefined],
      [1, 0, 'replayed'],
      [100, 0, undefined],
      [37, 0, undefined],
      [36, 0, 'outside-window'],
      [0xffff_ffff, 0, undefined],
    ],
  ],
  [
    'a later time begins anew, an earlier one is old',
    'unordered',
    [
      [5, 1000, undefined],
      [5, 1000, 'replayed'],
      [1, 1001, undefined],
      [1, 1001, 'replayed'],
      [6, 1000, 'outside-window'],
    ],
  ],
  [
    'one after the other',
    'ordered',
    [
      [0, 0, 'replayed'],
      [7, 0, undefined],
      [8, 0, undefined],
      [8, 0, 'replayed'],
      [10, 0, 'out-of-order'],
      [9, 0, undefined],
      [1, 5, undefined],
    ],
  ],
])('%s', (_name, order, rows) => {
  const check = new PacketIdCheck(order);
  expect(rows.map(([id, time]) => [id, time, check.take(id, time)?.reason])).toEqual(rows);
});

it('says both numbers', () => {
  const check = new PacketIdCheck('unordered');
  check.take(3, 1_700_000_000);
  expect(check.take(3, 1_700_000_000)?.text).toBe('packet id 3 came before; the highest is 3');
  expect(check.take(9, 0)?.text).toContain('1970-01-01T00:00:00Z, before the 2023-11-14T22:13:20Z');
});
