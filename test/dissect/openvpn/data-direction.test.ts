import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { DataDirection } from '../../../src/dissect/openvpn/data-direction.js';

/** Packets of key 0 unless a key id stands in front; what came of their numbers. */
function sequenceOf(...packets: readonly (string | readonly [number, string])[]) {
  const direction = new DataDirection();
  packets.forEach((packet, frame) => {
    const [keyId, body] = typeof packet === 'string' ? [0, packet] : packet;
    direction.count(frame + 1, { sec: frame, nsec: 0 }, body.length / 2);
    direction.countOpenId(fromHex(`${body}a1b2c3d4e5f60718`), keyId, frame + 1);
  });
  return direction.facts()?.sequence;
}
const id = (epoch: number, counter: number) => epoch.toString(16).padStart(4, '0') + counter.toString(16).padStart(12, '0');

describe('packet ids that stand open', () => {
  it('of four bytes', () => {
    expect(sequenceOf('00000001', '00000002', '00000004')).toMatchObject({ first: 1, highest: 4, lost: 1, duplicates: 0 });
  });

  it('with an epoch in front are no copies of one packet', () => {
    const packets = [1, 2, 3, 5].map((counter) => id(1, counter));
    expect(sequenceOf(...packets)).toMatchObject({ first: 1, highest: 5, lost: 1, duplicates: 0 });
  });

  it('begin anew with an epoch; what comes late of the one before is left out', () => {
    const packets = [id(1, 1), id(1, 2), id(2, 1), id(1, 3), id(2, 2), id(2, 2)];
    expect(sequenceOf(...packets)).toMatchObject({ first: 1, highest: 2, lost: 0, duplicates: 1 });
  });

  it('belong to a key each', () => {
    expect(sequenceOf(id(1, 7), id(1, 8), [1, id(1, 1)], [1, id(1, 2)], id(1, 9))).toMatchObject({ lost: 0, reordered: 0, duplicates: 0 });
  });
});
