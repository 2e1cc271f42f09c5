import { expect, it } from 'vitest';
import { ReplayIds } from '../../../src/engine/openvpn/replay-ids.js';

it('counts from 1, with the time of the first', () => {
  const ids = new ReplayIds();
  expect(ids.next(1_700_000_000_999)).toEqual({ packetId: 1, time: 1_700_000_000 });
  expect(ids.next(1_700_000_099_000)).toEqual({ packetId: 2, time: 1_700_000_000 });
  expect(new ReplayIds(0x0f00_0000).next(0).packetId).toBe(0x0f00_0001);
});

it.each<[string, readonly (readonly [number, number])[], readonly boolean[]]>([
  [
    'in order',
    [
      [1, 10],
      [2, 10],
      [3, 10],
    ],
    [true, true, true],
  ],
  [
    'twice',
    [
      [1, 10],
      [1, 10],
    ],
    [true, false],
  ],
  [
    'overtaken',
    [
      [5, 10],
      [3, 10],
      [3, 10],
    ],
    [true, true, false],
  ],
  [
    'too late',
    [
      [100, 10],
      [36, 10],
      [37, 10],
    ],
    [true, false, true],
  ],
  [
    'the sender began anew',
    [
      [9, 10],
      [1, 11],
      [1, 11],
      [10, 10],
    ],
    [true, true, false, false],
  ],
  ['never 0', [[0, 10]], [false]],
])('%s', (_, packets, verdicts) => {
  const ids = new ReplayIds();
  expect(packets.map(([packetId, time]) => ids.accept({ packetId, time }))).toEqual(verdicts);
});
