import type { CaptureFacts, IcmpErrorFacts } from '../../src/model/capture-facts.js';
import type { PacketEnd } from '../../src/model/endpoint.js';
import type { IkeMessageFacts, IkeSession, NotifyFacts, ProposalFacts, TransformFacts } from '../../src/model/ike-session.js';
import type { Timestamp } from '../../src/model/packet.js';
import type { SaFacts } from '../../src/model/sa.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../src/wire/ike/tables/exchange-types.js';
import { IKEV2_NOTIFY_TYPES } from '../../src/wire/ike/tables/notify.js';
import { IKEV1_NOTIFY_TYPES } from '../../src/wire/ike/tables/notify-v1.js';

/** Facts for rule tests, as a capture of two peers would give them. Times are seconds from the start. */

export const I = '192.0.2.1';
export const R = '203.0.113.2';
export const SUBJECT = `${I} - ${R}`;

const START = 1_700_000_000;

export function at(time: number): Timestamp {
  const whole = Math.floor(time);
  return { sec: START + whole, nsec: Math.round((time - whole) * 1e9) };
}

const EXCHANGES = {
  INIT: { v: 2, type: EXCHANGE.IKE_SA_INIT, name: 'IKE_SA_INIT' },
  AUTH: { v: 2, type: EXCHANGE.IKE_AUTH, name: 'IKE_AUTH' },
  CHILD: { v: 2, type: EXCHANGE.CREATE_CHILD_SA, name: 'CREATE_CHILD_SA' },
  INFO2: { v: 2, type: EXCHANGE.INFORMATIONAL, name: 'INFORMATIONAL' },
  INTERMEDIATE: { v: 2, type: EXCHANGE.IKE_INTERMEDIATE, name: 'IKE_INTERMEDIATE' },
  MAIN: { v: 1, type: EXCHANGE_V1['Identity Protection (Main Mode)'], name: 'Identity Protection (Main Mode)' },
  AGGRESSIVE: { v: 1, type: EXCHANGE_V1.Aggressive, name: 'Aggressive' },
  QUICK: { v: 1, type: EXCHANGE_V1['Quick Mode'], name: 'Quick Mode' },
  TRANSACTION: { v: 1, type: EXCHANGE_V1.Transaction, name: 'Transaction' },
  INFO: { v: 1, type: EXCHANGE_V1.Informational, name: 'Informational' },
} as const;

/** A message as a row: from the initiator or the responder, when, in which exchange, and what differs from the usual. */
export interface Row extends Partial<Omit<IkeMessageFacts, 'exchange' | 'notifies' | 'src' | 'dst'>> {
  readonly from: 'i' | 'r';
  readonly t: number;
  readonly x: keyof typeof EXCHANGES;
  /** Notifies by number. */
  readonly n?: readonly (number | NotifyFacts)[];
  /** UDP port of both ends; 500 by default. */
  readonly port?: number;
  readonly srcPort?: number;
  readonly src?: string;
}

export function notify(version: 1 | 2, type: number, more: Partial<NotifyFacts> = {}): NotifyFacts {
  const names: Readonly<Record<number, string>> = version === 1 ? IKEV1_NOTIFY_TYPES : IKEV2_NOTIFY_TYPES;
  return { type, name: names[type] ?? `unknown (${type})`, isError: type < 16384, ...more };
}

/** The message of a row. Frames count from `frame`, by default the index in its session. */
function message(row: Row, frame: number, ends: { readonly i: string; readonly r: string }): IkeMessageFacts {
  const { from, t, x, n = [], port = 500, srcPort, src, ...rest } = row;
  const { v, type, name } = EXCHANGES[x];
  const sender = src ?? ends[from];
  const there = from === 'i' ? ends.r : ends.i;
  const notifies = n.map((item) => (typeof item === 'number' ? notify(v, item) : item));
  const sealed = x !== 'INIT' && x !== 'AGGRESSIVE' && x !== 'MAIN' && !(x === 'INFO' && n.length > 0);
  return {
    ...at(t),
    frame,
    fromInitiator: from === 'i',
    src: { address: sender, port: srcPort ?? port },
    dst: { address: there, port },
    encapsulation: port === 4500 ? 'udp' : 'none',
    exchange: name,
    exchangeType: type,
    messageId: x === 'AUTH' ? 1 : x === 'QUICK' ? 77 : 0,
    response: v === 2 && from === 'r',
    length: 300,
    ipFragments: 1,
    encrypted: sealed,
    decrypted: false,
    ...rest,
    payloads: rest.payloads ?? notifies.map(({ name: label }) => `N(${label})`),
    notifies,
  };
}

export const transform = (type: string, id: number, name: string, keyLength?: number): TransformFacts =>
  keyLength === undefined ? { type, id, name } : { type, id, name, keyLength };

export const proposal = (...transforms: readonly TransformFacts[]): ProposalFacts => ({ number: 1, protocol: 'IKE', spi: '', transforms });

/** AES-CBC-256, HMAC-SHA2-256-128, PRF SHA2-256, MODP 2048: 16 bytes of IV, block and ICV. */
export const V2_SUITE = proposal(
  transform('ENCR', 12, 'AES_CBC_256', 256),
  transform('PRF', 5, 'HMAC_SHA2_256'),
  transform('INTEG', 12, 'HMAC_SHA2_256_128'),
  transform('KE', 14, 'MODP_2048'),
);

export const V1_SUITE = proposal(
  transform('ENCR', 7, 'AES_CBC_256', 256),
  transform('HASH', 4, 'SHA2_256'),
  transform('AUTH', 1, 'PRE_SHARED_KEY'),
  transform('GROUP', 14, 'MODP_2048'),
);

/** The old days: 3DES, MD5, MODP 1024. */
export const V1_OLD_SUITE = proposal(
  transform('ENCR', 5, '3DES_CBC'),
  transform('HASH', 1, 'MD5'),
  transform('AUTH', 1, 'PRE_SHARED_KEY'),
  transform('GROUP', 2, 'MODP_1024'),
);

export interface SessionOptions extends Partial<Omit<IkeSession, 'messages' | 'initiator' | 'responder'>> {
  readonly i?: string;
  readonly r?: string;
  /** Frame of the first message; 1 by default. */
  readonly firstFrame?: number;
}

/** A session of these messages; the version is that of the first. Nothing came up unless `outcome` says so. */
export function session(rows: readonly Row[], { i = I, r = R, firstFrame = 1, ...more }: SessionOptions = {}): IkeSession {
  const messages = rows.map((row, index) => message(row, row.frame ?? firstFrame + index, { i, r }));
  const [first] = rows;
  const protocol = first !== undefined && EXCHANGES[first.x].v === 1 ? 'ikev1' : 'ikev2';
  const answered = rows.some(({ from }) => from === 'r');
  const keyed = messages.some((m) => !m.fromInitiator && m.payloads.includes('KE'));
  const end: (address: string) => PacketEnd = (address) => ({ address, port: 500 });
  return {
    protocol,
    spiI: '0x1111111122222222',
    spiR: answered ? '0x3333333344444444' : '0x0000000000000000',
    initiator: end(i),
    responder: end(r),
    firstTime: at(rows[0]?.t ?? 0),
    lastTime: at(rows.at(-1)?.t ?? 0),
    outcome: 'incomplete',
    startsMidway: false,
    ...(protocol === 'ikev1' ? { mode: first?.x === 'AGGRESSIVE' ? 'Aggressive' : 'Main' } : {}),
    messages,
    exchanges: [],
    offered: [protocol === 'ikev1' ? V1_SUITE : V2_SUITE],
    ...(keyed ? { chosen: protocol === 'ikev1' ? V1_SUITE : V2_SUITE } : {}),
    keGroups: [],
    certificates: [],
    authMethods: {},
    vendorIds: { initiator: [], responder: [] },
    nat: { checked: false, floated: false, text: 'no NAT' },
    fragmentation: { initiator: false, responder: false },
    lifetimes: [],
    children: [],
    deletes: [],
    messagesDropped: 0,
    ...more,
  };
}

const FIRST = ['SA', 'KE', 'Nonce'];

/** IKE_SA_INIT and its reply at 0 and 0.1 s. */
export const INIT: readonly Row[] = [
  { from: 'i', t: 0, x: 'INIT', payloads: FIRST },
  { from: 'r', t: 0.1, x: 'INIT', payloads: FIRST },
];

/** Messages 1 to 4 of Main Mode, at 0 to 0.3 s. */
export const MAIN_TO_4: readonly Row[] = [
  { from: 'i', t: 0, x: 'MAIN', payloads: ['SA', 'VID'] },
  { from: 'r', t: 0.1, x: 'MAIN', payloads: ['SA', 'VID'] },
  { from: 'i', t: 0.2, x: 'MAIN', payloads: ['KE', 'NONCE'] },
  { from: 'r', t: 0.3, x: 'MAIN', payloads: ['KE', 'NONCE'] },
];

/** The whole of Main Mode, at 0 to 0.5 s. */
export const MAIN: readonly Row[] = [
  ...MAIN_TO_4,
  { from: 'i', t: 0.4, x: 'MAIN', encrypted: true, length: 108 },
  { from: 'r', t: 0.5, x: 'MAIN', encrypted: true, length: 92 },
];

/** Main Mode and Quick Mode, at 0 to 0.8 s. */
export const MAIN_AND_QUICK: readonly Row[] = [
  ...MAIN,
  { from: 'i', t: 0.6, x: 'QUICK', length: 188 },
  { from: 'r', t: 0.7, x: 'QUICK', length: 188 },
  { from: 'i', t: 0.8, x: 'QUICK', length: 76 },
];

/** An IKEv2 SA that came up: four messages until 0.3 s. */
export const UP: readonly Row[] = [...INIT, { from: 'i', t: 0.2, x: 'AUTH' }, { from: 'r', t: 0.3, x: 'AUTH', length: 240 }];

/** One message sent again at these times; `original` is its frame. */
export function again(row: Row, original: number, ...times: readonly number[]): readonly Row[] {
  return times.map((t) => ({ ...row, t, retransmissionOf: original }));
}

export function sa(more: Partial<SaFacts> & { readonly from?: number; readonly to?: number } = {}): SaFacts {
  const { from = 1, to = 10, ...rest } = more;
  const packets = rest.packets ?? 10;
  const length = rest.maxLength ?? rest.minLength ?? 136;
  const min = rest.minLength ?? length;
  const first = rest.firstSequence ?? 1;
  return {
    protocol: 'esp',
    src: I,
    dst: R,
    spi: '0xaaaa0001',
    encapsulation: 'none',
    packets,
    bytes: packets * length,
    firstSequence: first,
    lastSequence: first + packets - 1,
    highestSequence: first + packets - 1,
    lost: 0,
    reordered: 0,
    maxReorderDistance: 0,
    duplicates: 0,
    replayDrops: { w32: 0, w64: 0, w128: 0, w1024: 0 },
    wraps: 0,
    restarts: 0,
    firstTime: at(from),
    lastTime: at(to),
    longestGap: 1,
    longestGapFrame: 20,
    firstFrame: 10 + Math.round(from),
    lastFrame: 100 + Math.round(to),
    minLength: min,
    maxLength: length,
    lengthResidues: Array.from({ length: 16 }, (_, residue) => (residue === length % 16 ? packets : 0)),
    lateFrames: [],
    ipFragmented: 0,
    ...rest,
  };
}

/** The other direction. */
export const back = (more: Parameters<typeof sa>[0] = {}): SaFacts => sa({ src: R, dst: I, spi: '0xbbbb0002', ...more });

export function icmp(type: number, code: number, t: number, more: Partial<IcmpErrorFacts> = {}): IcmpErrorFacts {
  return {
    ...at(t),
    frame: 50 + Math.round(t),
    reporter: R,
    type,
    code,
    text: 'some error',
    quoted: { src: I, dst: R, protocol: 'udp', srcPort: 500, dstPort: 500 },
    ...more,
  };
}

/** A whole capture, listened to for `seconds`. */
export function capture(parts: Partial<CaptureFacts> = {}, seconds = 60): CaptureFacts {
  return {
    sessions: [],
    sas: [],
    icmpErrors: [],
    duration: seconds,
    firstTime: at(0),
    lastTime: at(seconds),
    packets: 100,
    openvpn: [],
    keepalives: [],
    incompleteDatagrams: [],
    evicted: { sas: 0, sessions: 0 },
    notes: [],
    ...parts,
  };
}
