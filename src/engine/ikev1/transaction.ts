import type { AttributesV1 } from '../../wire/ike/payloads/attributes-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { Effects } from './effects.js';
import { exchangeIv } from './message-crypt.js';
import { out } from './payloads.js';
import { coveredBytes, laterHash } from './phase1-keys.js';
import { idBytes, newMessageId } from './send-informational.js';
import type { Established, Transaction } from './state.js';
import { sendSealed } from './transmit.js';

const TRANSACTION = EXCHANGE_V1.Transaction;
/** Answered ones that are kept for repetitions. */
const MAX_ANSWERED = 8;

export const transactionTimer = (messageId: number): string => `transaction/${messageId}`;

export function withoutTransaction(sa: Established, messageId: number): Established {
  const transactions = new Map(sa.transactions);
  transactions.delete(messageId);
  return { ...sa, transactions };
}

/** Asks or tells something in an exchange of its own (draft-dukes-ike-mode-cfg-02 §3.1), and waits for the reply. */
export function beginTransaction(
  sa: Established,
  what: Pick<Transaction, 'kind' | 'refusal' | 'challenge'>,
  value: Omit<AttributesV1, 'identifier'>,
  fx: Effects,
): Established {
  const messageId = newMessageId(fx);
  const identifier = Buffer.from(fx.env.random(2)).readUInt16BE();
  const payloads = [out.attributes({ ...value, identifier })];
  const hash = laterHash(sa, idBytes(messageId), coveredBytes(payloads));
  const { sending, chain } = sendSealed(
    sa,
    exchangeIv(sa, messageId),
    { exchange: TRANSACTION, messageId, payloads: [out.hash(hash), ...payloads], awaited: transactionTimer(messageId) },
    fx,
  );
  const transaction: Transaction = { ...what, messageId, identifier, sending, chain };
  return { ...sa, transactions: new Map(sa.transactions).set(messageId, transaction) };
}

/** Answers in the same exchange; kept, to be sent again when the question comes again. */
export function answerTransaction(
  sa: Established,
  messageId: number,
  iv: Uint8Array,
  value: AttributesV1,
  question: Uint8Array,
  fx: Effects,
): Established {
  const payloads = [out.attributes(value)];
  const hash = laterHash(sa, idBytes(messageId), coveredBytes(payloads));
  const { sending, chain } = sendSealed(
    sa,
    iv,
    { exchange: TRANSACTION, messageId, payloads: [out.hash(hash), ...payloads], answers: question.slice() },
    fx,
  );
  const transactions = new Map(sa.transactions);
  const answered = [...transactions.values()].filter(({ kind }) => kind === 'answered');
  for (const old of answered.slice(0, Math.max(0, answered.length + 1 - MAX_ANSWERED))) transactions.delete(old.messageId);
  return {
    ...sa,
    transactions: transactions.set(messageId, { kind: 'answered', messageId, identifier: value.identifier, sending, chain }),
  };
}
