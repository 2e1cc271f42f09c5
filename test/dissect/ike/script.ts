import { fromHex } from '../../../src/bytes/hex.js';
import type { OutcomeContext } from '../../../src/dissect/ike/outcome.js';
import { IkeTracker, type ObservedIke, type TrackerLimits } from '../../../src/dissect/ike/session-tracker.js';
import type { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import type { IkeUnit } from '../../../src/dissect/packet.js';
import type { PacketEnd } from '../../../src/model/endpoint.js';
import type { IkeSession } from '../../../src/model/ike-session.js';
import type { SaFacts } from '../../../src/model/sa.js';
import type { OutgoingPayload } from '../../../src/wire/ike/chain.js';
import { encodeEncryptedV1, encodeMessage } from '../../../src/wire/ike/message.js';
import type { Sa } from '../../../src/wire/ike/payloads/sa.js';
import type { SaV1 } from '../../../src/wire/ike/payloads/sa-v1.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../../src/wire/ike/tables/notify.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';
import { V1, V2 } from '../../../src/wire/ike/tables/payload-types.js';

export const I: PacketEnd = { address: '10.0.0.1', port: 500 };
export const R: PacketEnd = { address: '10.0.0.2', port: 500 };
export const I4500: PacketEnd = { ...I, port: 4500 };
export const R4500: PacketEnd = { ...R, port: 4500 };
export const SPI_I = '5a64e0edca3a3614';
export const SPI_R = '1122334455667788';
export const NONE = '0000000000000000';
const NOTHING = new Uint8Array(0);

/** One packet of a scenario: who, when, what. */
export interface Sent {
  /** Seconds since the beginning. */
  readonly at?: number;
  readonly src?: PacketEnd;
  readonly dst?: PacketEnd;
  readonly bytes: Uint8Array;
  readonly ipFragments?: number;
  readonly tcp?: boolean;
}

/** The same message travelling somewhere, some time. */
export function send(bytes: Uint8Array, at: number, src: PacketEnd = I, dst: PacketEnd = R, more: Partial<Sent> = {}): Sent {
  return { bytes, at, src, dst, ...more };
}

export interface Result {
  readonly sessions: IkeSession[];
  readonly observed: ObservedIke[];
  readonly tracker: IkeTracker;
}

/** Plays a table of packets, frames counted from 1. */
export function play(
  script: readonly Sent[],
  context: OutcomeContext = {},
  options: { keys?: KeyRing; limits?: Partial<TrackerLimits> } = {},
): Result {
  const tracker = new IkeTracker(options.keys, options.limits);
  const observed = script.map(({ bytes, at = 0, src = I, dst = R, ipFragments = 1, tcp = false }, i) => {
    const encapsulation = tcp ? 'tcp' : src.port === 4500 || dst.port === 4500 ? 'udp' : 'none';
    const unit: IkeUnit = { kind: 'ike', bytes, src, dst, encapsulation, length: bytes.length, ipFragments, firstFrame: i + 1, depth: 1 };
    const sec = 1000 + Math.floor(at);
    return tracker.observe(unit, { frame: i + 1, sec, nsec: Math.round((at % 1) * 1e9) });
  });
  return { sessions: tracker.facts(context), observed, tracker };
}

/** The one session that a script makes. */
export function playOne(script: readonly Sent[], context: OutcomeContext = {}, options: Parameters<typeof play>[2] = {}): IkeSession {
  const { sessions } = play(script, context, options);
  if (sessions.length !== 1 || sessions[0] === undefined) throw new TypeError(`${sessions.length} sessions`);
  return sessions[0];
}

export const lastAt = (at: number): OutcomeContext => ({ lastTime: { sec: 1000 + at, nsec: 0 } });

/** ESP that was seen from one end to the other at a time. */
export function esp(at: number, src = I.address, dst = R.address): OutcomeContext {
  return { sas: [{ src, dst, firstTime: { sec: 1000 + at, nsec: 0 }, lastTime: { sec: 1000 + at, nsec: 0 } } as SaFacts] };
}

// ---- IKEv2 ----------------------------------------------------------------------------------------------------------

export interface HeaderV2 {
  readonly exchange?: number;
  readonly id?: number;
  readonly response?: boolean;
  readonly fromInitiator?: boolean;
  readonly spiI?: string;
  readonly spiR?: string;
}

export function v2(header: HeaderV2, payloads: readonly OutgoingPayload[]): Uint8Array {
  const { exchange = EXCHANGE.IKE_SA_INIT, id = 0, response = false, fromInitiator = !response, spiI = SPI_I, spiR = SPI_R } = header;
  const flags = (fromInitiator ? 0x08 : 0) | (response ? 0x20 : 0);
  return encodeMessage(
    { spiI: fromHex(spiI), spiR: fromHex(spiR), major: 2, minor: 0, exchangeType: exchange, flags, messageId: id },
    payloads,
  );
}

export const notify = (type: number, data: Uint8Array = NOTHING): OutgoingPayload => ({
  kind: 'notify',
  type: V2.N,
  value: { protocol: 0, type, spi: NOTHING, data },
});

const transform = (type: number, id: number, bits?: number) => ({
  type,
  id,
  attributes: bits === undefined ? [] : [{ type: 14, value: bits }],
});

/** AES-CBC-128, HMAC-SHA2-256, the group given. */
export const ikeSa = (group = 14): OutgoingPayload => {
  const transforms = [transform(1, 12, 128), transform(2, 5), transform(3, 12), transform(4, group)];
  const value: Sa = { proposals: [{ number: 1, protocol: 1, spi: NOTHING, transforms }] };
  return { kind: 'sa', type: V2.SA, value };
};

export const ke = (group = 14, fill = 1): OutgoingPayload => ({
  kind: 'ke',
  type: V2.KE,
  value: { group, data: new Uint8Array(32).fill(fill) },
});
export const nonce = (fill = 2): OutgoingPayload => ({ kind: 'nonce', type: V2.Nonce, value: { nonce: new Uint8Array(32).fill(fill) } });

export const init = (group = 14, extra: readonly OutgoingPayload[] = [], spiI = SPI_I): Uint8Array =>
  v2({ spiI, spiR: NONE }, [...extra, ikeSa(group), ke(group), nonce()]);
export const initReply = (extra: readonly OutgoingPayload[] = [], spiI = SPI_I, spiR = SPI_R): Uint8Array =>
  v2({ spiI, spiR, response: true }, [ikeSa(), ke(14, 3), nonce(4), ...extra]);
export const initError = (type: number, data?: Uint8Array, spiR = NONE): Uint8Array => v2({ response: true, spiR }, [notify(type, data)]);

/** A message of this length with an SK payload of random-looking bytes. */
export function sealed(header: HeaderV2, length: number, fill = 9): Uint8Array {
  const content = new Uint8Array(length - 32).map((_, i) => (i * 7 + fill * 31) & 0xff);
  return v2(header, [{ kind: 'sk', type: V2.SK, value: { content }, next: 35 }]);
}

export const auth = (length = 288, id = 1): Uint8Array => sealed({ exchange: EXCHANGE.IKE_AUTH, id }, length);
export const authReply = (length = 224, id = 1): Uint8Array => sealed({ exchange: EXCHANGE.IKE_AUTH, id, response: true }, length);
export const informational = (id: number, header: HeaderV2 = {}, length = 80): Uint8Array =>
  sealed({ exchange: EXCHANGE.INFORMATIONAL, id, ...header }, length);

/** One SKF fragment of a sealed message. */
export function fragment(header: HeaderV2, number: number, total: number, length = 500): Uint8Array {
  const content = new Uint8Array(length - 36).map((_, i) => (i * 5 + number) & 0xff);
  return v2(header, [{ kind: 'skf', type: V2.SKF, value: { fragment: number, total, content }, next: number === 1 ? 35 : 0 }]);
}

// ---- IKEv1 ----------------------------------------------------------------------------------------------------------

export interface HeaderV1 {
  readonly exchange?: number;
  readonly id?: number;
  readonly spiI?: string;
  readonly spiR?: string;
}

const headerV1 = (
  { exchange = EXCHANGE_V1['Identity Protection (Main Mode)'], id = 0, spiI = SPI_I, spiR = SPI_R }: HeaderV1,
  flags: number,
) => ({
  spiI: fromHex(spiI),
  spiR: fromHex(spiR),
  major: 1,
  minor: 0,
  exchangeType: exchange,
  flags,
  messageId: id,
});

export const v1 = (header: HeaderV1, payloads: readonly OutgoingPayload[]): Uint8Array => encodeMessage(headerV1(header, 0), payloads);

/** An encrypted message of this length; what differs in `fill` differs in bytes. */
export function sealedV1(header: HeaderV1, length: number, fill = 1): Uint8Array {
  const content = new Uint8Array(length - 28).map((_, i) => (i * 3 + fill * 17) & 0xff);
  return encodeEncryptedV1(headerV1(header, 1), V1.HASH, content);
}

/** One transform: 3DES, MD5, PSK, MODP-1024, 3600 s. */
export const saV1 = (): OutgoingPayload => {
  const attributes = [
    { type: 1, value: 5 },
    { type: 2, value: 1 },
    { type: 3, value: 1 },
    { type: 4, value: 2 },
    { type: 11, value: 1 },
    { type: 12, value: 3600 },
  ];
  const value: SaV1 = {
    doi: 1,
    situation: 1,
    proposals: [{ number: 1, protocol: 1, spi: NOTHING, transforms: [{ number: 1, id: 1, attributes }] }],
  };
  return { kind: 'sa-v1', type: V1.SA, value };
};
export const keV1 = (fill: number): OutgoingPayload => ({ kind: 'ke-v1', type: V1.KE, value: { data: new Uint8Array(128).fill(fill) } });
export const vendor = (hex: string): OutgoingPayload => ({ kind: 'vendor-id', type: V1.VID, value: { id: fromHex(hex) } });
export const natD = (hash: Uint8Array): OutgoingPayload => ({ kind: 'nat-d', type: V1['NAT-D'], value: { hash } });
export const notifyV1 = (type: number, spi: Uint8Array = NOTHING): OutgoingPayload => ({
  kind: 'notify-v1',
  type: V1.N,
  value: { doi: 1, protocol: 1, type, spi, data: NOTHING },
});

export const mm1 = (spiI = SPI_I): Uint8Array => v1({ spiI, spiR: NONE }, [saV1()]);
export const mm2 = (): Uint8Array => v1({}, [saV1()]);
export const mm3 = (extra: readonly OutgoingPayload[] = []): Uint8Array => v1({}, [keV1(1), ...extra]);
export const mm4 = (extra: readonly OutgoingPayload[] = []): Uint8Array => v1({}, [keV1(2), ...extra]);
export const mm5 = (): Uint8Array => sealedV1({}, 92, 5);
export const mm6 = (): Uint8Array => sealedV1({}, 84, 6);
export const quick = (n: number, id = 0xabcd1234): Uint8Array => sealedV1({ exchange: EXCHANGE_V1['Quick Mode'], id }, 60 + 8 * n, 10 + n);
export const informationalV1 = (id: number, length = 92): Uint8Array =>
  sealedV1({ exchange: EXCHANGE_V1.Informational, id }, length, id & 0xff);
export const refusalV1 = (type: number = NOTIFY_V1['NO-PROPOSAL-CHOSEN'], header: HeaderV1 = {}): Uint8Array =>
  v1({ exchange: EXCHANGE_V1.Informational, ...header }, [notifyV1(type)]);
export const N = NOTIFY;

/** Main mode up to and including message `n`, a tenth of a second each, on port 500. */
export function mainMode(n: number): Sent[] {
  const messages = [mm1(), mm2(), mm3(), mm4(), mm5(), mm6()];
  return messages.slice(0, n).map((bytes, i) => (i % 2 === 0 ? send(bytes, i / 10) : send(bytes, i / 10, R, I)));
}

/** IKE_SA_INIT and its answer, on port 500. */
export const opened: readonly Sent[] = [send(init(), 0), send(initReply(), 0.01, R, I)];
