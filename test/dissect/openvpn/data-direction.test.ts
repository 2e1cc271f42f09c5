import { describe, expect, it } from 'vitest';
import { DataDirection } from '../../../src/dissect/openvpn/data-direction.js';
import { PING } from '../../../src/wire/openvpn/inner-messages.js';

/** Packets with a static key: number, and the time that its sender counts from. */
function follow(...packets: readonly (readonly [id: number, time: number])[]) {
  const direction = new DataDirection();
  for (const [at, [packetId, time]] of packets.entries()) {
    direction.count(at + 1, { sec: at, nsec: 0 }, 100);
    direction.countOpened({ authentic: true, plaintext: PING, packetId, time }, undefined, 0, at + 1, true);
  }
  return direction.facts()?.sequence;
}

describe('long packet ids', () => {
  it('begin again with a later time: nothing came twice', () => {
    expect(follow([1, 100], [2, 100], [1, 101], [1, 102], [2, 102])).toMatchObject({ duplicates: 0, beyondWindow: 0, lost: 0 });
  });

  it('of an earlier time are of a count that is over', () => {
    expect(follow([1, 100], [1, 101], [1, 100], [2, 101])).toMatchObject({ duplicates: 0 });
  });

  it('that come twice under one time are a replay', () => {
    expect(follow([1, 100], [2, 100], [2, 100])).toMatchObject({ duplicates: 1, lateFrames: [3] });
  });
});
