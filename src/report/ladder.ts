import { type PacketEnd, sameEnd } from '../model/endpoint.js';
import { endpointText } from '../model/endpoint-text.js';
import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { EXCHANGE, EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

/** Columns of the frame number and of the seconds since the first message, at least. */
const MARGIN = { frame: 7, time: 7 };

/** Where things stand: the widths of the numbers before the ladder, and what is between its rails. */
interface Layout {
  readonly frame: number;
  readonly time: number;
  readonly inner: number;
}

/**
 * The messages of one IKE SA as a ladder, initiator left, responder right, at most `style.width` columns:
 *
 *        1    0.000  |--- IKE_SA_INIT 0: SA, KE, Nonce ------------------>|
 *
 * Retransmissions are drawn as one line under the message they repeat.
 */
export function ladder(session: IkeSession, style: Style): string[] {
  const layout = layoutOf(session, Math.min(style.width, 80));
  const numbers = `${'packet'.padStart(layout.frame)}${'time'.padStart(layout.time)}  `;
  const blank = ' '.repeat(numbers.length);
  const lines = ends(session.initiator, session.responder, layout.inner).map((line, i) => `${i === 0 ? numbers : blank}${line}`);
  let left = session.initiator;
  let right = session.responder;
  for (const message of session.messages) {
    const [a, b] = message.fromInitiator ? [message.src, message.dst] : [message.dst, message.src];
    if (!sameEnd(a, left) || !sameEnd(b, right)) {
      [left, right] = [a, b];
      lines.push(...ends(a, b, layout.inner).map((line) => `${blank}${line}`));
    }
    lines.push(...rung(message, session, layout));
  }
  if (session.messagesDropped > 0) lines.push(`${blank}(${session.messagesDropped} messages in between not kept)`);
  return lines;
}

/** An IKE SA may last for days, in captures of millions of packets: the numbers get the room they need. */
function layoutOf(session: IkeSession, width: number): Layout {
  let { frame, time } = MARGIN;
  for (const message of session.messages) {
    frame = Math.max(frame, String(message.frame).length);
    time = Math.max(time, since(session, message).length + 1);
  }
  return { frame, time, inner: width - frame - time - 4 };
}

function since({ firstTime }: IkeSession, message: IkeMessageFacts): string {
  return secondsBetween(firstTime, message).toFixed(3);
}

/** Both on a line, or on one each where they do not fit. */
function ends(a: PacketEnd, b: PacketEnd, inner: number): string[] {
  const left = endpointText(a);
  const right = endpointText(b);
  const width = inner + 2;
  const gap = width - left.length - right.length;
  return gap >= 2 ? [`${left}${' '.repeat(gap)}${right}`] : [left, right.padStart(width)];
}

function rung(message: IkeMessageFacts, session: IkeSession, { frame, time, inner }: Layout): string[] {
  const margin = `${String(message.frame).padStart(frame)}${since(session, message).padStart(time)}  `;
  const label = wrap(messageLabel(message), inner - 8);
  const first = label[0] ?? '';
  const dashes = '-'.repeat(Math.max(inner - 7 - first.length, 0));
  const arrow = message.fromInitiator ? `|--- ${first} ${dashes}->|` : `|<-- ${first} ${dashes}--|`;
  const blank = ' '.repeat(margin.length);
  return [`${margin}${arrow}`, ...label.slice(1).map((more) => `${blank}|    ${more.padEnd(inner - 4)}|`)];
}

/** `IKE_AUTH 1: SK, IDi, AUTH, 256 bytes`. */
function messageLabel(message: IkeMessageFacts): string {
  const name = exchangeLabel(message);
  if (message.retransmissionOf !== undefined) return `(${name} again, as packet ${message.retransmissionOf})`;
  const parts = [...message.payloads];
  if (message.encrypted && !message.decrypted) parts.push('encrypted');
  if (message.fragment)
    parts.push(`fragment ${message.fragment.number}${message.fragment.total === undefined ? '' : `/${message.fragment.total}`}`);
  if (message.ipFragments > 1) parts.push(`in ${message.ipFragments} IP fragments`);
  if (message.encapsulation === 'tcp') parts.push('over TCP');
  parts.push(`${message.length} bytes`);
  if (message.malformed) parts.push(`MALFORMED ${message.malformed.field}`);
  return `${name}: ${parts.join(', ')}`;
}

/** `IKE_AUTH 1`, `Quick Mode 3f2a99c1`: v2 message ids count; v1's are random, zero in phase 1, and only tell exchanges apart. */
function exchangeLabel({ exchange, exchangeType, messageId }: IkeMessageFacts): string {
  if (exchangeType >= EXCHANGE.IKE_SA_INIT) return `${exchange} ${messageId}`;
  const short = exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'] ? 'Main Mode' : exchange;
  return messageId === 0 ? short : `${short} ${messageId.toString(16).padStart(8, '0')}`;
}
