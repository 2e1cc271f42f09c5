import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import type { Endpoint } from '../model/packet.js';
import { EXCHANGE, EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import { endpointText } from './format.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

/** Columns before the ladder: frame number and seconds since the first message. */
const MARGIN = 16;

/**
 * The messages of one IKE SA as a ladder, initiator left, responder right, at most `style.width` columns:
 *
 *        1    0.000  |--- IKE_SA_INIT 0: SA, KE, Nonce ------------------>|
 *
 * Retransmissions are drawn as one line under the message they repeat.
 */
export function ladder(session: IkeSession, style: Style): string[] {
  const inner = Math.min(style.width, 80) - MARGIN - 2;
  const lines = [heading(session, inner)];
  let left = session.initiator;
  let right = session.responder;
  for (const message of session.messages) {
    const [a, b] = message.fromInitiator ? [message.src, message.dst] : [message.dst, message.src];
    if (!sameEndpoint(a, left) || !sameEndpoint(b, right)) {
      [left, right] = [a, b];
      lines.push(`${' '.repeat(MARGIN)}${ends(a, b, inner)}`);
    }
    lines.push(...rung(message, session, inner));
  }
  if (session.messagesDropped > 0) lines.push(`${' '.repeat(MARGIN)}(${session.messagesDropped} messages in between not kept)`);
  return lines;
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.address === b.address && a.port === b.port;
}

function heading(session: IkeSession, inner: number): string {
  return `${'packet'.padStart(7)}${'time'.padStart(7)}  ${ends(session.initiator, session.responder, inner)}`;
}

function ends(a: Endpoint, b: Endpoint, inner: number): string {
  const left = endpointText(a);
  const right = endpointText(b);
  const gap = inner + 2 - left.length - right.length;
  return gap >= 2 ? `${left}${' '.repeat(gap)}${right}` : `${left} - ${right}`;
}

function rung(message: IkeMessageFacts, session: IkeSession, inner: number): string[] {
  const since = message.sec - session.firstTime.sec + (message.nsec - session.firstTime.nsec) / 1e9;
  const margin = `${String(message.frame).padStart(7)}${since.toFixed(3).padStart(7)}  `.padEnd(MARGIN);
  const label = wrap(messageLabel(message), inner - 8);
  const first = label[0] ?? '';
  const dashes = '-'.repeat(Math.max(inner - 8 - first.length, 0));
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
