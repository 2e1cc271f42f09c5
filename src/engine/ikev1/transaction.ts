import type { OutgoingPayload } from '../../wire/ike/chain.js';
import type { AttributesV1 } from '../../wire/ike/payloads/attributes-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { exchangeIv, openPayloads, type Unsealed } from './message-crypt.js';
import { firstOf, out } from './payloads.js';
import { coveredBytes, laterHash, sameHash } from './phase1-keys.js';
import { idBytes, newMessageId } from './send-informational.js';
import type { Established, Transaction } from './state.js';
import { isRepeated, repeat, sendSealed } from './transmit.js';

/** Answered ones that are kept for repetitions. */
const MAX_ANSWERED = 8;

export const transactionTimer = (messageId: number): string => `transaction/${messageId}`;

export function withoutTransaction(sa: Established, messageId: number): Established {
  const transactions = new Map(sa.transactions);
  transactions.delete(messageId);
  return { ...sa, transactions };
}

/** What one of ours is about. */
type About = Pick<Transaction, 'kind' | 'refusal' | 'challenge' | 'group'>;

/** Asks or tells something in an exchange of its own (draft-dukes-ike-mode-cfg-02 §3.1), and waits for the reply. */
export function beginTransaction(sa: Established, what: About, value: Omit<AttributesV1, 'identifier'>, fx: Effects): Established {
  const identifier = Buffer.from(fx.env.random(2)).readUInt16BE();
  return beginTwoWay(sa, { ...what, identifier }, EXCHANGE_V1.Transaction, out.attributes({ ...value, identifier }), fx);
}

/** An exchange of one message each way, both with a hash over what follows it: Transaction, New Group Mode. */
export function beginTwoWay(
  sa: Established,
  what: About & Pick<Transaction, 'identifier'>,
  exchange: number,
  payload: OutgoingPayload,
  fx: Effects,
): Established {
  const messageId = newMessageId(fx);
  const hash = laterHash(sa, idBytes(messageId), coveredBytes([payload]));
  const { sending, chain } = sendSealed(
    sa,
    exchangeIv(sa, messageId),
    { exchange, messageId, payloads: [out.hash(hash), payload], awaited: transactionTimer(messageId) },
    fx,
  );
  const transaction: Transaction = { ...what, messageId, sending, chain };
  return { ...sa, transactions: new Map(sa.transactions).set(messageId, transaction) };
}

/** What came in such an exchange. */
export interface TwoWay extends Unsealed {
  /** Ours that it belongs to, or one of the peer's that we have answered. */
  readonly known: Transaction | undefined;
}

/** Opens a message of such an exchange and checks its hash. Undefined when it came again, or is nobody's. */
export function openTwoWay(sa: Established, { header, encrypted, bytes, path }: Incoming, fx: Effects): TwoWay | undefined {
  const { messageId } = header;
  const known = sa.transactions.get(messageId);
  if (known !== undefined && isRepeated(known.sending, bytes)) {
    if (known.sending.wait === undefined) repeat(sa, known.sending, fx);
    return undefined;
  }
  const opened =
    encrypted === undefined ? undefined : openPayloads(sa, known?.chain ?? exchangeIv(sa, messageId), header.nextPayload, encrypted);
  const hash = opened === undefined ? undefined : firstOf(opened.payloads, 'hash-v1')?.hash;
  if (opened === undefined || hash === undefined || !sameHash(hash, laterHash(sa, idBytes(messageId), opened.covered))) {
    fx.happen(sa, { kind: 'ignored', reason: 'a transaction whose hash does not fit, or that our keys do not open', path });
    return undefined;
  }
  return { ...opened, known };
}

/** Answers in the same exchange; kept, to be sent again when the question comes again. */
export function answerTwoWay(
  sa: Established,
  { header, bytes }: Pick<Incoming, 'header' | 'bytes'>,
  iv: Uint8Array,
  payload: OutgoingPayload,
  fx: Effects,
): Established {
  const { messageId, exchangeType: exchange } = header;
  const hash = laterHash(sa, idBytes(messageId), coveredBytes([payload]));
  const { sending, chain } = sendSealed(sa, iv, { exchange, messageId, payloads: [out.hash(hash), payload], answers: bytes.slice() }, fx);
  const transactions = new Map(sa.transactions);
  const answered = [...transactions.values()].filter(({ kind }) => kind === 'answered');
  for (const old of answered.slice(0, Math.max(0, answered.length + 1 - MAX_ANSWERED))) transactions.delete(old.messageId);
  return { ...sa, transactions: transactions.set(messageId, { kind: 'answered', messageId, identifier: 0, sending, chain }) };
}
