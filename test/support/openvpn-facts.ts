import type { CaptureFacts } from '../../src/model/capture-facts.js';
import type {
  OpenvpnCertificateFacts,
  OpenvpnDirectionFacts,
  OpenvpnMessageFacts,
  OpenvpnNegotiationFacts,
  OpenvpnSession,
} from '../../src/model/openvpn-session.js';
import { at, capture, I, R } from './facts.js';

/** Facts of OpenVPN sessions for rule tests. Times are seconds from the start. */

/** A control packet: from client or server, when, its opcode, and what differs from the usual. */
export interface ControlRow extends Partial<Omit<OpenvpnMessageFacts, 'fromClient' | 'opcode'>> {
  readonly from: 'c' | 's';
  readonly t: number;
  readonly op: number;
}

export const RESET: ControlRow = { from: 'c', t: 0, op: 7, packetId: 0 };
export const ANSWER: ControlRow = { from: 's', t: 0.1, op: 8, packetId: 0, acks: [0] };
export const HELLO: ControlRow = { from: 'c', t: 0.2, op: 4, packetId: 1, acks: [0], content: ['ClientHello'] };
export const SERVER_HELLO: ControlRow = { from: 's', t: 0.3, op: 4, packetId: 1, acks: [1], content: ['ServerHello', 'Certificate'] };

export function messages(rows: readonly ControlRow[]): OpenvpnMessageFacts[] {
  return rows.map(({ from, t, op, ...rest }, i) => ({
    ...at(t),
    frame: i + 1,
    fromClient: from === 'c',
    opcode: op,
    keyId: 0,
    length: 100,
    sessionId: from === 'c' ? '0x0000000000000001' : '0x0000000000000002',
    content: [],
    ...rest,
  }));
}

export function negotiation(more: Partial<OpenvpnNegotiationFacts> = {}): OpenvpnNegotiationFacts {
  return { keyId: 0, frame: 1, time: at(0), startedByClient: true, resets: 1, answered: true, heardServer: true, ...more };
}

export const tls = (more: Partial<NonNullable<OpenvpnNegotiationFacts['tls']>> = {}): NonNullable<OpenvpnNegotiationFacts['tls']> => ({
  version: 'TLS 1.3',
  offeredVersions: ['TLS 1.3', 'TLS 1.2'],
  offeredSuites: [],
  answered: true,
  complete: true,
  decrypted: false,
  ...more,
});

export function direction(more: Partial<OpenvpnDirectionFacts> = {}): OpenvpnDirectionFacts {
  return {
    packets: 20,
    bytes: 2000,
    keepalives: 0,
    firstFrame: 20,
    lastFrame: 60,
    firstTime: at(1),
    lastTime: at(10),
    longestGap: 1,
    longestGapFrame: 30,
    largest: 100,
    ...more,
  };
}

export function certificate(more: Partial<OpenvpnCertificateFacts> = {}): OpenvpnCertificateFacts {
  return {
    frame: 4,
    fromClient: false,
    subject: 'CN=gateway.example',
    issuer: 'CN=test CA',
    validFrom: '2020-01-01T00:00:00.000Z',
    validTo: '2040-01-01T00:00:00.000Z',
    ...more,
  };
}

/** A session as a capture gives it; established unless `more` says otherwise. */
export function openvpn(rows: readonly ControlRow[], more: Partial<OpenvpnSession> = {}): OpenvpnSession {
  return {
    id: 1,
    protocol: 'openvpn',
    mode: 'tls',
    transport: 'udp',
    client: { address: I, port: 40_000 },
    server: { address: R, port: 1194 },
    evidence: 'hard reset',
    firstTime: at(0),
    lastTime: at(10),
    firstFrame: 1,
    outcome: 'established',
    startsMidway: false,
    phases: [],
    negotiations: [negotiation({ tls: tls() })],
    messages: messages(rows),
    messagesDropped: 0,
    retransmissions: { client: 0, server: 0 },
    certificates: [],
    alerts: [],
    control: [],
    data: {},
    floats: [],
    malformed: [],
    ...more,
  };
}

/** Failed at `kind`. */
export function failed(
  rows: readonly ControlRow[],
  kind: NonNullable<OpenvpnSession['stop']>['kind'],
  more: Partial<OpenvpnSession> = {},
): OpenvpnSession {
  return openvpn(rows, { outcome: 'failed', stoppedAt: kind, stop: { kind, frame: 1, fromClient: true, copies: 3 }, ...more });
}

export const UP = { client: direction(), server: direction() } as const;

export const capturing = (...sessions: readonly OpenvpnSession[]): CaptureFacts => capture({ openvpn: sessions }, 60);
