import type { X509Certificate } from 'node:crypto';
import type { TlsInput, TlsOutput, TlsStart } from '../step.js';
import type { EapReason, ServerMethod, ServerTurn } from './contract.js';
import {
  addFragment,
  decodeTlsPacket,
  EMPTY_PACKET,
  fragmentTls,
  NO_PARTS,
  type PartialMessage,
  START_PACKET,
  wholeMessage,
} from './tls-packet.js';
import { tlsMsk, tlsRefusal } from './tls-settings.js';

/**
 * "There will be no more handshake messages", as application data: with TLS 1.3 the client waits for it (RFC 9190 §2.5). The client of
 * strongSwan 5.9.8, which does TLS 1.3 only when told to, dies of it.
 */
const COMMITMENT = Uint8Array.of(0);

/** Stacks that check our certificate after the handshake have no alert left to send. */
const GAVE_UP: EapReason = {
  code: 'eap-tls-failed',
  by: 'peer',
  text: 'EAP-TLS: the client broke off the TLS handshake without an alert: it does not accept our certificate, or has none of its own to show',
};

type Request = Extract<ServerTurn, { readonly kind: 'request' }>;

/** What is to happen when what was sent has been answered. */
type Then = (data: Uint8Array) => ServerTurn;

/** EAP-TLS as the server (RFC 5216, RFC 9190): carries records between the client and the TLS stack. */
export function tlsServer(conversation: string, start: TlsStart): ServerTurn {
  return { kind: 'request', data: START_PACKET, next: expectRecords({ conversation, start }, NO_PARTS) };
}

/** @param input what the stack is given together with the records */
function expectRecords(input: TlsInput, partial: PartialMessage): ServerMethod {
  return { response: (data) => receive(input, partial, data) };
}

function receive(input: TlsInput, partial: PartialMessage, data: Uint8Array): ServerTurn {
  const packet = decodeTlsPacket(data);
  const grown = addFragment(partial, packet);
  if (packet.more) return { kind: 'request', data: EMPTY_PACKET, next: expectRecords(input, grown) };
  if (grown.length === 0) return { kind: 'refuse', reason: GAVE_UP };
  return { kind: 'tls', input: { ...input, records: wholeMessage(grown) }, next: expectStack(input.conversation) };
}

function expectStack(conversation: string): ServerMethod {
  return {
    response: () => ({
      kind: 'refuse',
      reason: { code: 'eap-unexpected', by: 'us', text: 'the client sent a second response to one request' },
    }),
    tls: (output) => {
      if (output.state === 'failed') return fail(output);
      if (output.state === 'handshaking') {
        return send(output.records, (data) => receive({ conversation }, NO_PARTS, data));
      }
      if (output.version !== 'TLSv1.3') return finish(output.records, output);
      return { kind: 'tls', input: { conversation, plain: COMMITMENT }, next: expectCommitment(output) };
    },
  };
}

/** @param done what the stack said when the handshake was through, with records that still wait */
function expectCommitment(done: TlsOutput): ServerMethod {
  return {
    ...expectStack(done.conversation),
    tls: (output) => (output.state === 'failed' ? fail(output) : finish(Buffer.concat([done.records, output.records]), done)),
  };
}

function finish(records: Uint8Array, done: TlsOutput): ServerTurn {
  const subject = done.peerCertificates?.[0] === undefined ? undefined : subjectOf(done.peerCertificates[0]);
  const accept: ServerTurn = { kind: 'accept', ...tlsMsk(done, true), ...(subject === undefined ? {} : { identity: subject }) };
  if (records.length === 0 || done.closed === true) return afterAll(done, accept);
  return send(records, (data) => {
    const { fragment } = decodeTlsPacket(data);
    if (fragment.length === 0) return accept;
    // An alert: the client changed its mind about us.
    const next = { ...expectStack(done.conversation), tls: (output: TlsOutput) => afterAll(output, accept) };
    return { kind: 'tls', input: { conversation: done.conversation, records: fragment }, next };
  });
}

function afterAll(output: TlsOutput, accept: ServerTurn): ServerTurn {
  if (output.state === 'failed') return fail(output);
  return output.closed === true ? { kind: 'refuse', reason: GAVE_UP } : accept;
}

/** `CN=client1`, most specific part last. */
function subjectOf(certificate: X509Certificate): string | undefined {
  try {
    return certificate.subject.replaceAll('\n', ', ');
  } catch {
    // OpenSSL took it in the handshake; a subject it cannot print does not matter here.
    return undefined;
  }
}

/** The alert goes out before EAP ends. */
function fail(output: TlsOutput): ServerTurn {
  const reason = tlsRefusal(output);
  if (output.records.length === 0) return { kind: 'refuse', reason };
  return { ...send(output.records, () => ({ kind: 'refuse', reason })), refused: reason };
}

function send(records: Uint8Array, then: Then): Request {
  return sendPackets(records.length === 0 ? [EMPTY_PACKET] : fragmentTls(records), then);
}

/** Sends the first of the packets, the others as they are asked for. */
function sendPackets([data, ...rest]: readonly [Uint8Array, ...Uint8Array[]], then: Then): Request {
  const [following, ...others] = rest;
  const next: ServerMethod = { response: following === undefined ? then : () => sendPackets([following, ...others], then) };
  return { kind: 'request', data, next };
}
