import { count } from '../bytes/count.js';
import { nameOf } from '../bytes/registry.js';
import { endpointText } from '../model/endpoint-text.js';
import type { OpenvpnDirectionFacts, OpenvpnMessageFacts, OpenvpnNegotiationFacts, OpenvpnSession } from '../model/openvpn-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { openvpnOpcodes } from '../wire/openvpn/opcodes.js';
import type { Style } from './style.js';
import { hanging } from './wrap.js';

const LABEL = 18;
/** Messages drawn without `--verbose`; of the rest a line tells. */
const MESSAGES = 24;

/** One OpenVPN session: a headline with its outcome, how it began, its handshakes, then the data both ways. */
export function openvpnText(session: OpenvpnSession, style: Style, detailed: boolean): string[] {
  const outcome = { established: style.good, failed: style.bad, incomplete: style.dim }[session.outcome](session.outcome);
  const lines = [`${style.bold(headline(session))}  ${outcome}`];
  const say = (label: string, text: string | undefined) => {
    if (text !== undefined && text !== '') lines.push(...hanging(`  ${label}`, LABEL, text, style.width));
  };
  say('stopped at', session.stoppedAt);
  if (session.startsMidway) lines.push('  the capture begins in the middle of this session');
  say(
    'ends',
    `${session.rolesGuessed ? 'by order of appearance: ' : ''}client ${endpointText(session.client)}, server ${endpointText(session.server)}`,
  );
  if (detailed) say('known by', session.evidence);
  say('control channel', wrappingText(session));
  say('phases', session.phases.map(({ name, seconds, frame }) => `${name} ${seconds.toFixed(3)} s (packet ${frame})`).join(', '));
  lines.push(...messageLines(session, style, detailed ? Number.POSITIVE_INFINITY : MESSAGES));
  for (const negotiation of session.negotiations)
    say(negotiation.keyId === 0 ? 'handshake' : `key ${negotiation.keyId}`, negotiationText(negotiation, session));
  for (const { frame, fromClient, subject, issuer, validFrom, validTo } of session.certificates) {
    say('certificate', `packet ${frame}, ${fromClient ? 'client' : 'server'}: ${subject}, by ${issuer}, valid ${validFrom} to ${validTo}`);
  }
  for (const { frame, fromClient, level, name } of session.alerts) {
    say('TLS alert', `packet ${frame}, ${fromClient ? 'client' : 'server'}: ${level} ${name}`);
  }
  for (const { options, username, answer, peerInfo } of session.negotiations.slice(0, 1)) {
    say('options, client', options?.client);
    say('options, server', options?.server);
    say('username', answer === undefined ? username : `${username ?? 'none'}, with an answer for a second factor`);
    say('peer info', peerInfo?.join(', '));
  }
  for (const { frame, fromClient, text } of session.control)
    say('message', `packet ${frame}, ${fromClient ? 'client' : 'server'}: ${text}`);
  const { client, server } = session.data;
  say(session.mode === 'static-key' ? 'first sender' : 'client sends', client && directionText(client));
  say(session.mode === 'static-key' ? 'other end' : 'server sends', server && directionText(server));
  for (const { frame, from, to } of session.floats) say('floated', `packet ${frame}: ${endpointText(from)} to ${endpointText(to)}`);
  for (const { frame, message } of session.malformed.slice(0, 3)) say('malformed', `packet ${frame}: ${message}`);
  return lines;
}

function headline({ mode, transport, sessionIdClient, sessionIdServer, peerId }: OpenvpnSession): string {
  if (mode === 'static-key') return `OpenVPN static key over ${transport.toUpperCase()}`;
  const ids = [sessionIdClient ?? '?', sessionIdServer ?? '?'].join(' ');
  return `OpenVPN session ${ids} over ${transport.toUpperCase()}${peerId === undefined ? '' : `, peer id ${peerId}`}`;
}

function wrappingText({ wrapping }: OpenvpnSession): string | undefined {
  if (wrapping === undefined) return undefined;
  const { kind, digest, digestCertain, client, server, clientDirection, serverDirection, metadata } = wrapping;
  const parts = [kind === 'none' ? 'open (no tls-auth, no tls-crypt)' : kind];
  if (digest !== undefined)
    parts.push(digestCertain === true ? `HMAC ${digest}` : `HMAC of ${wrapping.hmacLength ?? 0} bytes, as ${digest} has`);
  if (clientDirection !== undefined) parts.push(`client signs with half ${clientDirection}`);
  if (serverDirection !== undefined) parts.push(`server signs with half ${serverDirection}`);
  for (const [who, verdict] of [
    ['client', client],
    ['server', server],
  ] as const) {
    if (verdict !== 'unknown') parts.push(`key ${verdict === 'fits' ? 'fits' : 'does not fit'} the ${who}`);
  }
  if (metadata !== undefined) parts.push(`client key metadata: ${metadata}`);
  return parts.join(', ');
}

function messageLines({ messages, messagesDropped, firstTime }: OpenvpnSession, style: Style, limit: number): string[] {
  const width = Math.max(...messages.map(({ frame }) => String(frame).length), 1);
  const lines = messages.slice(0, limit).flatMap((message) => {
    const time = secondsBetween(firstTime, message).toFixed(3).padStart(9);
    const margin = `  ${String(message.frame).padStart(width)}${time}  ${message.fromClient ? '->' : '<-'} `;
    return hanging(margin, margin.length, messageText(message), style.width);
  });
  const left = messages.length - Math.min(messages.length, limit) + messagesDropped;
  if (left > 0) lines.push(style.dim(`  … ${count(left, 'further control packet')}`));
  return lines;
}

function messageText({ opcode, keyId, packetId, acks, content, retransmissionOf, length }: OpenvpnMessageFacts): string {
  const parts = [`${nameOf(openvpnOpcodes, opcode)} key ${keyId}`];
  if (packetId !== undefined) parts.push(`message ${packetId}`);
  if (acks !== undefined) parts.push(`ack ${acks.join(' ')}`);
  if (content.length > 0) parts.push(content.join(', '));
  if (retransmissionOf !== undefined) parts.push(`again, as packet ${retransmissionOf}`);
  parts.push(`${length} bytes`);
  return parts.join('; ');
}

function negotiationText(negotiation: OpenvpnNegotiationFacts, { firstTime }: OpenvpnSession): string {
  const { tls, keyId, startedByClient, frame, time, firstDataFrame, answered } = negotiation;
  const parts: string[] = [];
  if (keyId !== 0)
    parts.push(`packet ${frame}, ${secondsBetween(firstTime, time).toFixed(3)} s, begun by the ${startedByClient ? 'client' : 'server'}`);
  if (tls !== undefined) {
    parts.push(tls.answered ? `${tls.version ?? 'TLS'}, ${tls.cipherSuite ?? 'no suite'}` : `${tls.offeredVersions.join(' or ')} offered`);
    if (tls.serverName !== undefined) parts.push(`SNI ${tls.serverName}`);
    parts.push(tls.complete ? 'complete' : 'not complete');
    if (tls.decrypted) parts.push('read with a key log');
  } else {
    parts.push(answered ? 'TLS cannot be read' : 'unanswered');
  }
  if (firstDataFrame !== undefined) parts.push(`first data packet ${firstDataFrame}`);
  return parts.join(', ');
}

function directionText(facts: OpenvpnDirectionFacts): string {
  const parts = [`${count(facts.packets, 'packet')}, ${facts.bytes} bytes`];
  if (facts.keepalives > 0) parts.push(count(facts.keepalives, 'ping'));
  const { sequence, decrypted } = facts;
  if (sequence !== undefined) {
    const { first, highest, lost, reordered, duplicates } = sequence;
    parts.push(`packet ids ${first}-${highest}`);
    if (lost + reordered + duplicates > 0) parts.push(`${lost} lost, ${reordered} reordered, ${duplicates} again`);
  }
  if (facts.longestGap >= 1) parts.push(`longest silence ${facts.longestGap.toFixed(1)} s before packet ${facts.longestGapFrame}`);
  if (facts.cipher !== undefined) parts.push(`${facts.cipher}${facts.digest === undefined ? '' : ` and ${facts.digest}`}`);
  if (decrypted !== undefined) parts.push(`decrypted ${decrypted.good} good, ${decrypted.bad} bad`);
  if (facts.framings !== undefined) {
    const framed = Object.entries(facts.framings).filter(([framing]) => framing !== 'none');
    if (framed.length > 0) parts.push(`compression framing ${framed.map(([framing, packets]) => `${framing} in ${packets}`).join(', ')}`);
  }
  const inner = Object.entries(facts.inner ?? {}).filter(([what]) => what !== 'ping');
  for (const [what, packets] of inner) parts.push(`${what} ${count(packets, 'time')}`);
  return parts.join(', ');
}
