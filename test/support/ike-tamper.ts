import { toHex } from '../../src/bytes/hex.js';
import { encodeInner, openMessage, sealMessage } from '../../src/engine/ikev2/message-crypt.js';
import type { SecuredSa } from '../../src/engine/ikev2/state.js';
import { decodeChain, type OutgoingPayload } from '../../src/wire/ike/chain.js';
import { isResponse } from '../../src/wire/ike/header.js';
import { decodeMessage } from '../../src/wire/ike/message.js';
import { IkePair, type PairOptions } from './ike-pair.js';
import { seededBytes } from './seeded-random.js';

type Side = 'i' | 'r';

/** Which messages of a pair have their payloads changed, under the right keys: a peer that means what it says. */
export interface Tampering {
  readonly from: Side;
  readonly exchange: number;
  readonly response: boolean;
  /** The first so many that match are left alone. */
  readonly skip?: number;
  /** How many are changed; default: all. */
  readonly times?: number;
  change(payloads: readonly OutgoingPayload[]): readonly OutgoingPayload[];
}

/** Two endpoints of which one says something wrong. */
export function tamperedPair(
  options: PairOptions,
  { from, exchange, response, skip = 0, times = Number.POSITIVE_INFINITY, change }: Tampering,
): IkePair {
  const random = seededBytes(99);
  const done = new Map<string, Uint8Array>();
  let matches = 0;
  const pair: IkePair = new IkePair({
    ...options,
    network(message, side) {
      const decoded = decodeMessage(message.bytes);
      const { header } = decoded;
      const [sealed] = decoded.payloads;
      if (side !== from || header.exchangeType !== exchange || isResponse(header) !== response || sealed?.kind !== 'sk') {
        return [{ message, delay: 1 }];
      }
      const key = toHex(message.bytes);
      const known = done.get(key);
      if (known !== undefined) return [{ message: { ...message, bytes: known }, delay: 1 }];
      matches += 1;
      // The receiver's keys are the right ones: the sender may have new ones already.
      const sa = [...pair.ends[side === 'i' ? 'r' : 'i'].table.values()].find(
        (one): one is Extract<typeof one, SecuredSa> => one.kind !== 'expect-init-reply' && Buffer.compare(one.spiI, header.spiI) === 0,
      );
      const protection = sa?.protection;
      if (protection === undefined || matches <= skip || matches > skip + times) return [{ message, delay: 1 }];
      const inner = openMessage(protection, message.bytes, sealed.offset, false);
      if (inner === undefined) return [{ message, delay: 1 }];
      const sender = { outgoing: protection.incoming, incoming: protection.outgoing };
      const bytes = sealMessage(sender, header, encodeInner(change(decodeChain(inner, sealed.next, 2).payloads)), random);
      done.set(key, bytes);
      return [{ message: { ...message, bytes }, delay: 1 }];
    },
  });
  return pair;
}
