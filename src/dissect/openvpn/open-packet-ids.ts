import { ByteReader } from '../../bytes/reader.js';
import { epochFront } from '../../wire/openvpn/data-epoch.js';

/** Numbers that stand open do not jump further than this from one packet to the next. */
const MAX_STEP = 65536;
const SHORT = 4;
const LONG = 8;

/** A packet id as it stands in a packet. Numbers of each epoch begin anew; 0: a key without epochs. */
export interface OpenPacketId {
  readonly id: number;
  readonly epoch: number;
  readonly keyId: number;
  readonly frame: number;
}

interface Front {
  /** The first four bytes, and the next; -1 where there are none. */
  readonly first: number;
  readonly second: number;
  readonly keyId: number;
  readonly frame: number;
}

/** Packet ids of the data packets of one direction, as AEAD has them: four bytes, or eight with an epoch in front. Two packets show which. */
export class OpenPacketIds {
  #kind: 'short' | 'epoch' | 'hidden' | undefined;
  #before: Front | undefined;

  /** What stands in this packet, and in the one before where only this one shows that it does. @param body behind opcode and peer id */
  read(body: Uint8Array, keyId: number, frame: number): readonly OpenPacketId[] {
    if (this.#kind === 'hidden' || body.length < SHORT) return [];
    const reader = new ByteReader(body);
    const first = reader.u32('packet id');
    const second = body.length < LONG ? -1 : reader.u32('packet id behind an epoch');
    const front = { first, second, keyId, frame };
    if (this.#kind !== undefined) return this.#ids(front);
    const before = this.#before;
    this.#before = front;
    if (before === undefined || before.keyId !== keyId) return [];
    this.#kind = kindOf(before, front);
    return this.#kind === 'hidden' ? [] : [...this.#ids(before), ...this.#ids(front)];
  }

  #ids({ first, second, keyId, frame }: Front): readonly OpenPacketId[] {
    if (this.#kind === 'short') return [{ id: first, epoch: 0, keyId, frame }];
    const epoch = epochFront(first);
    return epoch === undefined || second < 0 ? [] : [{ id: second, epoch, keyId, frame }];
  }
}

function kindOf(before: Front, front: Front): 'short' | 'epoch' | 'hidden' {
  const step = front.second - before.second;
  // The same packet twice has the same bytes there.
  if (front.first === before.first && epochFront(front.first) !== undefined && step !== 0 && Math.abs(step) < MAX_STEP) return 'epoch';
  return Math.abs(front.first - before.first) < MAX_STEP ? 'short' : 'hidden';
}
