import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { FLAG_V1_COMMIT, FLAG_V1_ENCRYPTION } from '../../wire/ike/header.js';
import { encodeMessage, type OutgoingHeader } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import { cutIntoFragments, needsFragments } from './fragments.js';
import type { Incoming } from './incoming.js';
import { type Sealed, sealPayloads } from './message-crypt.js';
import type { PeerFacts } from './peer-facts.js';
import { exchangeName, notifyName, refusal } from './refusals.js';
import type { Sending } from './sending.js';
import type { Protection, SaBase } from './state.js';

/** Header of a message of ours. */
export function headerOf({ spiI, spiR }: Pick<SaBase, 'spiI' | 'spiR'>, exchange: number, messageId: number, flags = 0): OutgoingHeader {
  return { spiI, spiR, major: 1, minor: 0, exchangeType: exchange, flags, messageId };
}

/** What sending needs of an SA. */
type Sender = Pick<SaBase, 'number' | 'spiI' | 'spiR' | 'path' | 'settings'> & { readonly peer?: PeerFacts };

interface Outgoing {
  readonly exchange: number;
  readonly messageId: number;
  readonly payloads: readonly OutgoingPayload[];
  /** An answer is awaited: the timer of this name sends it again. */
  readonly awaited?: string;
  readonly answers?: Uint8Array;
  /** Sets the commit bit (RFC 2408 §3.1). */
  readonly commit?: boolean;
}

/** A message that is sent, and the last block that the next IV comes from. */
export interface Sent {
  readonly sending: Sending;
  readonly chain: Uint8Array;
}

function dispatch(sa: Sender, bytes: Uint8Array, what: Outgoing, fx: Effects): Sending {
  const { exchange, messageId, payloads, awaited, answers } = what;
  const datagrams = datagramsOf(sa, bytes, headerOf(sa, exchange, messageId), fx);
  for (const datagram of datagrams) fx.send(sa.path, datagram);
  fx.happen(sa, {
    kind: 'sent',
    exchange: exchangeName(exchange),
    messageId,
    response: answers !== undefined,
    payloads: payloads.map(({ type, ...payload }) => payloadName(1, type, 'value' in payload ? payload.value : undefined)),
    path: sa.path,
    length: datagrams.reduce((sum, { length }) => sum + length, 0),
    fragments: datagrams.length,
  });
  const wait = awaited === undefined ? undefined : sa.settings.retransmit.first;
  if (awaited !== undefined) fx.timer(sa, awaited, wait);
  return {
    datagrams,
    path: sa.path,
    exchange,
    messageId,
    ...(answers === undefined ? {} : { answers }),
    sentAt: fx.now,
    times: 1,
    ...(wait === undefined ? {} : { wait }),
  };
}

/** In fragments where it is large and the peer puts them together. */
function datagramsOf(sa: Sender, bytes: Uint8Array, header: OutgoingHeader, fx: Effects): readonly Uint8Array[] {
  const { fragmentSize } = sa.settings;
  const v6 = sa.path.remote.address.includes(':');
  if (sa.peer?.fragmentation !== true || !needsFragments(bytes, fragmentSize, v6)) return [bytes];
  const id = Buffer.from(fx.env.random(2)).readUInt16BE() | 1;
  return cutIntoFragments(bytes, header, id, fragmentSize, v6);
}

/** Sends a message in clear. */
export function sendClear(sa: Sender, what: Outgoing, fx: Effects): Sending {
  return dispatch(sa, encodeMessage(headerOf(sa, what.exchange, what.messageId), what.payloads), what, fx);
}

/** Sends a message encrypted with this IV. */
export function sendSealed(sa: Sender & Pick<Protection, 'suite' | 'key'>, iv: Uint8Array, what: Outgoing, fx: Effects): Sent {
  const flags = FLAG_V1_ENCRYPTION | (what.commit === true ? FLAG_V1_COMMIT : 0);
  const sealed: Sealed = sealPayloads(sa, iv, headerOf(sa, what.exchange, what.messageId, flags), what.payloads);
  return { sending: dispatch(sa, sealed.bytes, what, fx), chain: sealed.chain };
}

/** The same bytes again, because the peer's message before them came again: it has not got them. */
export function repeat(sa: SaBase, sending: Sending, fx: Effects): void {
  for (const datagram of sending.datagrams) fx.send(sending.path, datagram);
  fx.happen(sa, {
    kind: 'retransmitted',
    exchange: exchangeName(sending.exchange),
    messageId: sending.messageId,
    times: sending.times + 1,
  });
}

/** Whether a message is the one that our last one answers. */
export function isRepeated({ answers }: Sending, bytes: Uint8Array): boolean {
  return answers !== undefined && Buffer.compare(answers, bytes) === 0;
}

/** The timer of a message went off: it goes out again, or undefined when that was tried often enough. */
export function sendAgain(sa: SaBase, sending: Sending, timer: string, fx: Effects): Sending | undefined {
  const { tries, factor } = sa.settings.retransmit;
  if (sending.wait === undefined || sending.times >= tries) return undefined;
  const again = { ...sending, times: sending.times + 1, wait: sending.wait * factor };
  for (const datagram of sending.datagrams) fx.send(sending.path, datagram);
  fx.timer(sa, timer, again.wait);
  fx.happen(sa, { kind: 'retransmitted', exchange: exchangeName(sending.exchange), messageId: sending.messageId, times: again.times });
  return again;
}

/** What nobody answered; what was said without proof meanwhile most likely explains it. `guess`: what the silence may mean. */
export function timeout(sa: SaBase, sending: Sending, fx: Effects, guess = ''): Refusal {
  const { local, remote } = sending.path;
  const said = sa.hearsay.at(-1);
  const heard = said === undefined ? '' : `; without protection somebody said ${notifyName(said)}`;
  const seconds = ((fx.now - sending.sentAt) / 1000).toFixed(1);
  const text = `no answer within ${seconds} s, sent ${sending.times} time${sending.times === 1 ? '' : 's'}${heard}${guess}`;
  return refusal('timeout', 'nobody', sending.exchange, text, {
    ours: `${local.address} port ${local.port} to ${remote.address} port ${remote.port}`,
    ...(said === undefined ? {} : { notify: said }),
  });
}

/** Tells that a message came, with its payloads by name. */
export function received(
  sa: Pick<SaBase, 'spiI' | 'spiR'>,
  { header, bytes, path }: Pick<Incoming, 'header' | 'bytes' | 'path'>,
  payloads: readonly PayloadNode[],
  fx: Effects,
): void {
  fx.happen(sa, {
    kind: 'received',
    exchange: exchangeName(header.exchangeType),
    messageId: header.messageId,
    response: false,
    payloads: payloads.map(({ name }) => name),
    path,
    length: bytes.length,
    fragments: 1,
  });
}
