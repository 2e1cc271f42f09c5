import { hexNumber } from '../../bytes/hex.js';
import type { IcmpErrorFacts } from '../../model/capture-facts.js';
import type { OpenvpnMessageFacts, OpenvpnSession, OpenvpnStop, OpenvpnStopKind } from '../../model/openvpn-session.js';
import type { Timestamp } from '../../model/packet.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { isQuestionSessionId } from '../../wire/openvpn/question-mark.js';
import { isHardReset } from '../../wire/openvpn/recognise.js';
import type { SessionState } from './session-state.js';

/** Without a repetition it takes this long until silence is silence, seconds. */
const PATIENCE = 8;

/** What the whole capture says beside the session. */
export interface Surroundings {
  readonly lastTime?: Timestamp;
  readonly icmpErrors: readonly IcmpErrorFacts[];
}

/** A session as it stands at the end of the capture. */
export function sessionFacts(state: SessionState, surroundings: Surroundings): OpenvpnSession {
  const messages = [...state.firstMessages, ...state.lastMessages];
  const client = state.data.client.facts();
  const server = state.data.server.facts();
  const wrapping = state.mode === 'tls' ? state.wrapping.facts() : undefined;
  const base = {
    id: state.id,
    protocol: 'openvpn' as const,
    mode: state.mode,
    transport: state.transport,
    client: state.client,
    server: state.server,
    ...(state.rolesGuessed ? { rolesGuessed: true as const } : {}),
    ...(state.sessionIdClient === undefined ? {} : { sessionIdClient: hexNumber(state.sessionIdClient, 16) }),
    ...(state.sessionIdServer === undefined ? {} : { sessionIdServer: hexNumber(state.sessionIdServer, 16) }),
    evidence: state.evidence,
    ...(wrapping === undefined ? {} : { wrapping }),
    firstTime: state.firstTime,
    lastTime: state.lastTime,
    firstFrame: state.firstFrame,
    startsMidway: state.startsMidway,
    phases: state.phases.map(({ name, frame, time }) => ({ name, frame, seconds: secondsBetween(state.firstTime, time) })),
    negotiations: state.negotiations.map((negotiation) => negotiation.facts()),
    messages,
    messagesDropped: state.messagesDropped,
    retransmissions: state.retransmissions,
    certificates: state.certificates,
    alerts: state.alerts,
    control: state.control,
    data: { ...(client === undefined ? {} : { client }), ...(server === undefined ? {} : { server }) },
    ...(state.peerId === undefined ? {} : { peerId: state.peerId }),
    ...(state.superseded === undefined ? {} : { supersededIn: state.superseded.frame }),
    floats: state.floats,
    malformed: state.malformed,
  };
  return { ...base, ...(onlyAsks(state) ? ASKED : outcomeOf(base, state, surroundings)) };
}

type Base = Omit<OpenvpnSession, 'outcome' | 'stop' | 'stoppedAt' | 'question'>;
type Outcome = Pick<OpenvpnSession, 'outcome' | 'stop' | 'stoppedAt' | 'question'>;

const ASKED: Outcome = { question: true, outcome: 'incomplete', stoppedAt: 'only a question of vpndoctor' };

/** Whoever goes on in spite of the mark is no question: anybody may set it, so as not to be looked at. */
function onlyAsks({ sessionIdClient, hasData, negotiations }: SessionState): boolean {
  return sessionIdClient !== undefined && isQuestionSessionId(sessionIdClient) && !hasData && !negotiations.some(({ tls }) => tls.complete);
}

function outcomeOf(session: Base, state: SessionState, { lastTime, icmpErrors }: Surroundings): Outcome {
  const { client, server } = session.data;
  if (session.mode === 'static-key') return staticOutcome(session);
  if (client !== undefined && server !== undefined) return { outcome: 'established' };
  if (session.startsMidway) return { outcome: 'incomplete', stoppedAt: 'the capture begins in its middle' };
  const stop = stopOf(session);
  if (stop === undefined) return { outcome: 'incomplete', stoppedAt: 'what the server answers is not in the capture' };
  const waited = lastTime === undefined ? 0 : secondsBetween(state.lastTime, lastTime);
  const told = stop.kind === 'alert' || stop.kind === 'auth-failed';
  // Nobody at the server's port, or a client that closed its own.
  const unreachable = icmpErrors.some(({ quoted }) =>
    [session.server, session.client].some((end) => quoted.dst === end.address && quoted.dstPort === end.port),
  );
  const givenUp =
    state.superseded !== undefined || waited >= PATIENCE || (stop.copies > 1 && secondsBetween(session.firstTime, session.lastTime) > 1);
  return { outcome: told || givenUp || unreachable ? 'failed' : 'incomplete', stop, stoppedAt: wordsOf(stop, session) };
}

function staticOutcome({ data }: Base): Outcome {
  const { client, server } = data;
  if (client === undefined || server === undefined) return { outcome: 'incomplete', stoppedAt: 'packets in one direction only' };
  // One that opens nothing at all is of another tunnel, and says nothing of this one.
  const bad = [client, server].filter(({ decrypted }) => decrypted !== undefined && decrypted.good === 0);
  return bad.length === 1
    ? { outcome: 'failed', stoppedAt: 'the key given fits the packets of one end alone' }
    : { outcome: 'established' };
}

function stopOf(session: Base): OpenvpnStop | undefined {
  const { messages, negotiations, alerts, control, data } = session;
  const first = negotiations[0];
  if (first === undefined) return undefined;
  const own = messages.filter((message) => message.keyId === 0);
  const lastOf = (fromClient: boolean) => own.findLast((message) => message.fromClient === fromClient);
  const at = (kind: OpenvpnStopKind, message: OpenvpnMessageFacts | undefined, fromClient: boolean): OpenvpnStop | undefined => {
    if (message === undefined) return undefined;
    const copies = own.filter(
      (m) => m.frame === message.frame || m.retransmissionOf === (message.retransmissionOf ?? message.frame),
    ).length;
    return { kind, frame: message.retransmissionOf ?? message.frame, fromClient, copies };
  };
  const fatal = alerts.find(({ level }) => level === 'fatal');
  if (fatal !== undefined) return { kind: 'alert', frame: fatal.frame, fromClient: fatal.fromClient, copies: 1 };
  const refusal = control.find(({ text }) => text.startsWith('AUTH_FAILED'));
  if (refusal !== undefined) return { kind: 'auth-failed', frame: refusal.frame, fromClient: refusal.fromClient, copies: 1 };
  const resets = own.filter(({ opcode, fromClient }) => fromClient && isHardReset(opcode));
  const [reset] = resets;
  if (!own.some(({ fromClient }) => !fromClient)) {
    // Whoever goes on after the reset was answered.
    if (own.some(({ opcode }) => !isHardReset(opcode))) return undefined;
    const silent = reset ?? lastOf(true);
    return silent === undefined
      ? undefined
      : { kind: 'reset-unanswered', frame: silent.frame, fromClient: true, copies: Math.max(resets.length, 1) };
  }
  if (!first.heardServer) return at('answer-unheard', lastOf(false), false);
  if (first.tls !== undefined && !first.tls.answered) {
    return at('hello-unanswered', own.find(({ content }) => content.includes('ClientHello')) ?? lastOf(true), true);
  }
  if (first.tls === undefined || !first.tls.complete) {
    const last =
      own.findLast(
        ({ retransmissionOf, acks, packetId }) => retransmissionOf === undefined && (packetId !== undefined || acks === undefined),
      ) ?? own.at(-1);
    return at('tls-stopped', last, last?.fromClient ?? true);
  }
  if (data.client === undefined && data.server === undefined) return at('refused-after-tls', own.at(-1), own.at(-1)?.fromClient ?? true);
  return at('no-data', own.at(-1), data.client === undefined);
}

/** What it last came to. */
function wordsOf(stop: OpenvpnStop, { wrapping, alerts, control }: Base): string {
  const times = stop.copies > 1 ? `, sent ${stop.copies} times` : '';
  switch (stop.kind) {
    case 'reset-unanswered':
      return `hard reset of the client unanswered${times}`;
    case 'answer-unheard':
      return `the client does not hear what the server answers${times}`;
    case 'hello-unanswered':
      return `ClientHello unanswered${times}`;
    case 'alert':
      return `TLS alert ${alerts.find(({ level }) => level === 'fatal')?.name ?? ''} of the ${stop.fromClient ? 'client' : 'server'}`;
    case 'auth-failed':
      return control.find(({ text }) => text.startsWith('AUTH_FAILED'))?.text ?? 'AUTH_FAILED';
    case 'tls-stopped':
      return wrapping?.kind === 'tls-crypt' || wrapping?.kind === 'tls-crypt-v2'
        ? `control channel (encrypted by ${wrapping.kind}) stopped before there was data${times}`
        : `TLS handshake not completed${times}`;
    case 'refused-after-tls':
      return 'TLS complete, no data channel came of it';
    case 'no-data':
      return `data of the ${stop.fromClient ? 'server' : 'client'} only`;
  }
}
