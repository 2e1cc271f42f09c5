import { ByteWriter } from '../../bytes/writer.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { FLAG_V1_ENCRYPTION } from '../../wire/ike/header.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { exchangeIv, openPayloads, type Unsealed } from './message-crypt.js';
import { firstOf, out } from './payloads.js';
import { cookiesOf } from './phase1.js';
import { coveredBytes, laterHash, sameHash } from './phase1-keys.js';
import type { Protection, SaBase } from './state.js';
import { sendClear, sendSealed } from './transmit.js';

const INFORMATIONAL = EXCHANGE_V1.Informational;

/** Four bytes, as hashes and IVs take a message ID. */
export function idBytes(messageId: number): Uint8Array {
  return new ByteWriter(4).u32(messageId).finish();
}

/** A message ID of our own: random, and never zero (RFC 2408 §3.1). */
export function newMessageId(fx: Effects): number {
  const id = Buffer.from(fx.env.random(4)).readUInt32BE();
  return id === 0 ? newMessageId(fx) : id;
}

/** Sends payloads in an informational exchange of their own: encrypted, with HASH(1), without answer (RFC 2409 §5.7). */
export function sendInformational(sa: SaBase & Protection, payloads: readonly OutgoingPayload[], fx: Effects): void {
  const messageId = newMessageId(fx);
  const hash = laterHash(sa, idBytes(messageId), coveredBytes(payloads));
  const what = { exchange: INFORMATIONAL, messageId, payloads: [out.hash(hash), ...payloads] };
  sendSealed(sa, exchangeIv(sa, messageId), what, fx);
}

/** A notify about the IKE SA itself. */
export function sendNotify(sa: SaBase & Protection, type: number, fx: Effects, data?: Uint8Array): void {
  sendInformational(sa, [out.notify(type, cookiesOf(sa), data)], fx);
}

/** The same where there are no keys yet. */
export function sendClearNotify(sa: SaBase, type: number, fx: Effects): void {
  sendClear(sa, { exchange: INFORMATIONAL, messageId: newMessageId(fx), payloads: [out.notify(type, cookiesOf(sa))] }, fx);
}

/** Refuses the version of a message that belongs to no SA of ours: in clear, and nothing is kept (RFC 2408 §5.2). */
export function sendVersionRefused(sender: Pick<SaBase, 'spiI' | 'spiR' | 'path' | 'settings'>, fx: Effects): void {
  const notify = out.notify(NOTIFY_V1['INVALID-MAJOR-VERSION'], { protocol: PROTOCOL.IKE, spi: new Uint8Array(0) });
  sendClear({ ...sender, number: 0 }, { exchange: INFORMATIONAL, messageId: newMessageId(fx), payloads: [notify] }, fx);
}

/** Opens an informational message and checks HASH(1). */
export function openInformational(sa: Protection, { header, encrypted }: Incoming): Unsealed | undefined {
  if (encrypted === undefined || (header.flags & FLAG_V1_ENCRYPTION) === 0) return undefined;
  const opened = openPayloads(sa, exchangeIv(sa, header.messageId), header.nextPayload, encrypted);
  const hash = opened === undefined ? undefined : firstOf(opened.payloads, 'hash-v1')?.hash;
  if (opened === undefined || hash === undefined) return undefined;
  return sameHash(hash, laterHash(sa, idBytes(header.messageId), opened.covered)) ? opened : undefined;
}

/** Tells the peer that this phase 1 is over (RFC 2408 §3.15). */
export function sendDeleteIke(sa: SaBase & Protection, fx: Effects): void {
  sendInformational(sa, [out.deletion(PROTOCOL.IKE, [cookiesOf(sa).spi])], fx);
}
