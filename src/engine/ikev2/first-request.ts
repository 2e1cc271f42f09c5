import { toHex } from '../../bytes/hex.js';
import { digest, type Hash, hashByName } from '../../crypto/hash.js';
import type { IkeMessage } from '../../wire/ike/message.js';
import { questionMark } from '../../wire/ike/question-mark.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import type { Refusal } from '../refusal.js';
import type { Message } from '../step.js';
import type { Effects } from './effects.js';
import type { Endpoint } from './endpoint-state.js';
import type { Incoming } from './incoming.js';
import { answerInit } from './init-responder.js';
import { allOf, firstOf, notifyOf, out } from './payloads.js';
import { checkShape } from './received.js';
import { exchangeName, refusal } from './refusals.js';
import { answerInClear } from './stray.js';

const SHA1 = hashByName('SHA1') as Hash;

/** An IKE_SA_INIT request: from a stranger, or one that comes again. Nothing is kept but what is within the limits. */
export function onFirstRequest(endpoint: Endpoint, message: IkeMessage, { path, bytes }: Message, fx: Effects): void {
  const { table, limits, settings } = endpoint;
  const { header, payloads } = message;
  const ignore = (reason: string) => fx.happen(header, { kind: 'ignored', reason, path });
  const key = `${path.remote.address}:${path.remote.port}/${toHex(digest(SHA1, bytes))}`;
  const known = table.byFirstMessage(key);
  if (known !== undefined) {
    const { replied } = known.window;
    if (known.kind !== 'expect-auth-request' || replied?.exchange !== EXCHANGE.IKE_SA_INIT) {
      ignore('an IKE_SA_INIT that was answered long ago');
      return;
    }
    for (const datagram of replied.datagrams) fx.send(path, datagram);
    ignore('an IKE_SA_INIT that came again: the same answer went out again');
    return;
  }
  const fault = message.malformed?.message ?? checkShape(message);
  if (fault !== undefined) {
    ignore(`not an IKE_SA_INIT request: ${fault}`);
    return;
  }
  fx.happen(header, {
    kind: 'received',
    exchange: exchangeName(header.exchangeType),
    messageId: header.messageId,
    response: false,
    payloads: payloads.map(({ name }) => name),
    path,
    length: bytes.length,
    fragments: 1,
  });
  const nonce = firstOf(payloads, 'nonce')?.nonce ?? new Uint8Array(0);
  if (table.halfOpen >= limits.cookiesFrom) {
    const claim = { nonce, spiI: header.spiI, address: path.remote.address };
    const returned = notifyOf(payloads, NOTIFY.COOKIE);
    if (returned === undefined || !endpoint.cookies.check(returned.data, claim, fx.now)) {
      fx.happen(header, { kind: 'cookie', direction: 'demanded' });
      answerInClear(header, out.notify(NOTIFY.COOKIE, endpoint.cookies.make(claim, fx.now)), path, fx);
      return;
    }
  }
  if (table.size >= limits.established) {
    ignore(`the table is full: ${limits.established} IKE SAs`);
    return;
  }
  if (table.halfOpen >= limits.halfOpen) {
    const oldest = table.oldestHalfOpen();
    if (oldest !== undefined) {
      const text = `more than ${limits.halfOpen} initiators have not proved themselves: the oldest went`;
      fx.down(oldest, 'us', refusal('half-open-limit', 'us', EXCHANGE.IKE_AUTH, text));
      table.remove(oldest);
    }
  }
  const answer = answerInit(settings, { header, payloads, path, bytes }, fx);
  if (!answer.ok) {
    answerInClear(header, answer.notify, path, fx);
    // Another try of the same initiator is due after this one (RFC 7296 §1.2), so that it is none yet.
    if (answer.invalidKe !== undefined) fx.happen(header, { kind: 'invalid-ke', ...answer.invalidKe });
    else fx.happen(header, { kind: 'ike-down', by: 'us', refusal: isQuestion(payloads) ? asQuestion(answer.refusal) : answer.refusal });
    return;
  }
  fx.timer(answer.sa, 'half-open', limits.halfOpenTime);
  table.put(answer.sa, key);
}

/** What a probe asks beside its own IKE SA is there to be refused: nothing of it is amiss. */
function isQuestion(payloads: Incoming['payloads']): boolean {
  return allOf(payloads, 'vendor-id').some(({ id }) => Buffer.compare(id, questionMark()) === 0);
}

function asQuestion({ code, by, exchange, notify }: Refusal): Refusal {
  return {
    code,
    by,
    exchange,
    text: 'it was only a question of vpndoctor, and this is the answer',
    ...(notify === undefined ? {} : { notify }),
  };
}
