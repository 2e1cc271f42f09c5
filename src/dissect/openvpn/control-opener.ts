import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { type OpenvpnDigest, openvpnDigests } from '../../keymat/openvpn-algorithms.js';
import { type ClientKey, prepareTlsCrypt, type TlsCrypt, tlsAuthMac, unwrapClientKey } from '../../keymat/openvpn-control.js';
import { type StaticKey, splitKeyHalf } from '../../keymat/openvpn-static-key.js';
import type { OpenvpnKeyVerdict, OpenvpnWrappingFacts } from '../../model/openvpn-session.js';
import { type ControlMessage, decodeControlMessage } from '../../wire/openvpn/control.js';
import { type ControlEnvelope, decodeCryptEnvelope, decodeOpenEnvelope, type ReplayId } from '../../wire/openvpn/envelope.js';
import { controlShapes } from '../../wire/openvpn/recognise.js';
import type { OpenvpnKeys } from '../keys/openvpn-keys.js';

/** A control packet as far as its wrapping lets it be read. */
export interface OpenedControl {
  readonly opcode: number;
  readonly keyId: number;
  readonly sessionId: bigint;
  readonly replay: ReplayId | undefined;
  /** Undefined while it is encrypted. */
  readonly message: ControlMessage | undefined;
  readonly malformed?: { readonly field: string; readonly offset: number; readonly message: string };
}

type Kind = OpenvpnWrappingFacts['kind'];

/** What the digest of an HMAC of so many bytes is without the key. */
const LIKELY_DIGESTS: ReadonlyMap<number, string> = new Map([
  [16, 'MD5'],
  [20, 'SHA1'],
  [28, 'SHA224'],
  [32, 'SHA256'],
  [48, 'SHA384'],
  [64, 'SHA512'],
]);

/** Opcode and session id, packet id and time, tag: less is not wrapped by `tls-crypt`. */
const CRYPT_LENGTH = 9 + 8 + 32;

interface AuthMac {
  readonly key: StaticKey;
  readonly digest: OpenvpnDigest;
  /** Half of the key that signs. */
  readonly half: 0 | 1;
  readonly compute: ReturnType<typeof tlsAuthMac>;
}

/** The wrapping of one session's control channel: which it is, whether the keys given fit, and what is inside. */
export class ControlOpener {
  readonly #keys: OpenvpnKeys;
  #kind: Kind | undefined;
  #hmacLength = 0;
  #digest: OpenvpnDigest | undefined;
  readonly #verdicts: { client: OpenvpnKeyVerdict; server: OpenvpnKeyVerdict } = { client: 'unknown', server: 'unknown' };
  readonly #directions: { client?: 0 | 1; server?: 0 | 1 } = {};
  #crypt: { readonly client: TlsCrypt; readonly server: TlsCrypt } | undefined;
  /** Made of the negotiated session: wraps renegotiations of ends from 2.6 on. */
  #dynamic: { readonly client: TlsCrypt; readonly server: TlsCrypt } | undefined;
  #cryptKey: StaticKey | undefined;
  #macs: AuthMac[] | undefined;
  #metadata: string | undefined;

  constructor(keys: OpenvpnKeys) {
    this.#keys = keys;
  }

  get kind(): Kind | undefined {
    return this.#kind;
  }

  /** The static key of `tls-crypt` or `tls-auth`, when it is known: the dynamic one is mixed with it. */
  get cryptKey(): StaticKey | undefined {
    return this.#cryptKey;
  }

  /** Takes the key that renegotiations are wrapped with. */
  setDynamic(key: StaticKey): void {
    this.#dynamic = { server: prepareTlsCrypt(key.halves[0]), client: prepareTlsCrypt(key.halves[1]) };
  }

  /** Opens the next packet of this session. Never throws for what it holds. */
  open(bytes: Uint8Array, fromClient: boolean): OpenedControl | undefined {
    const first = bytes[0] ?? 0;
    if (bytes.length < 9) return undefined;
    this.#kind ??= this.#recognise(bytes, fromClient);
    try {
      return this.#openAs(this.#kind, bytes, fromClient);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const sessionId = new ByteReader(bytes.subarray(1)).u64('OpenVPN session id');
      const malformed = { field: error.field, offset: error.offset, message: error.message };
      return { opcode: first >> 3, keyId: first & 7, sessionId, replay: undefined, message: undefined, malformed };
    }
  }

  facts(): OpenvpnWrappingFacts | undefined {
    const kind = this.#kind;
    if (kind === undefined) return undefined;
    const { client, server } = this.#verdicts;
    const auth = kind === 'tls-auth';
    const digest = this.#digest?.name ?? LIKELY_DIGESTS.get(this.#hmacLength);
    return {
      kind,
      client,
      server,
      ...(auth ? { hmacLength: this.#hmacLength } : {}),
      ...(auth && digest !== undefined ? { digest, digestCertain: this.#digest !== undefined } : {}),
      ...(this.#directions.client === undefined ? {} : { clientDirection: this.#directions.client }),
      ...(this.#directions.server === undefined ? {} : { serverDirection: this.#directions.server }),
      ...(this.#metadata === undefined ? {} : { metadata: this.#metadata }),
    };
  }

  #openAs(kind: Kind, bytes: Uint8Array, fromClient: boolean): OpenedControl {
    const reader = new ByteReader(bytes);
    if (kind === 'none' || kind === 'tls-auth') {
      // From 2.6 on renegotiations may be wrapped although the session is not.
      if (keyIdOf(bytes) !== 0) {
        const dynamic = this.#openDynamic(bytes, fromClient);
        if (dynamic !== undefined) return dynamic;
        if (this.#isWrapped(kind, bytes)) return opened(decodeCryptEnvelope(reader), undefined);
      }
      const envelope = decodeOpenEnvelope(reader, kind === 'none' ? 0 : this.#hmacLength);
      if (kind === 'tls-auth') this.#checkAuth(envelope, fromClient);
      return opened(envelope, envelope.body);
    }
    const dynamic = keyIdOf(bytes) !== 0 ? this.#openDynamic(bytes, fromClient) : undefined;
    if (dynamic !== undefined) return dynamic;
    const envelope = decodeCryptEnvelope(reader);
    return opened(envelope, this.#openCrypt(envelope, fromClient));
  }

  /** Wrapped by a key that is not known: read as open, its replay id would be no number of a message. */
  #isWrapped(kind: 'none' | 'tls-auth', bytes: Uint8Array): boolean {
    const shapes = controlShapes(bytes);
    if (!shapes.some(({ wrapping }) => wrapping === 'tls-crypt')) return false;
    return kind === 'none' || !shapes.some(({ wrapping, hmacLength }) => wrapping === 'tls-auth' && hmacLength === this.#hmacLength);
  }

  #recognise(bytes: Uint8Array, fromClient: boolean): Kind {
    const shapes = controlShapes(bytes);
    // A key that fits says more than any length.
    const envelopes: ControlEnvelope[] = [];
    for (const { wrapping, hmacLength } of shapes) {
      if (wrapping !== 'tls-auth') continue;
      const envelope = decodeOpenEnvelope(new ByteReader(bytes), hmacLength);
      envelopes.push(envelope);
      this.#hmacLength = hmacLength;
      if (this.#fittingMac(envelope) !== undefined) return 'tls-auth';
    }
    const first = shapes[0];
    const crypt = shapes.find(({ wrapping }) => wrapping === 'tls-crypt');
    const second = (bytes[0] ?? 0) >> 3 === 10;
    if (crypt !== undefined && (first === crypt || this.#openCrypt(decodeCryptEnvelope(new ByteReader(bytes)), fromClient) !== undefined)) {
      return second ? 'tls-crypt-v2' : 'tls-crypt';
    }
    this.#hmacLength = first?.hmacLength ?? 0;
    return first?.wrapping ?? 'none';
  }

  #checkAuth(envelope: ControlEnvelope, fromClient: boolean): void {
    if (this.#keys.staticKeys.length === 0 || envelope.replay === undefined) return;
    const fitting = this.#fittingMac(envelope);
    const end = fromClient ? 'client' : 'server';
    if (fitting === undefined) {
      if (this.#verdicts[end] === 'unknown') this.#verdicts[end] = 'wrong';
      return;
    }
    this.#verdicts[end] = 'fits';
    this.#digest = fitting.digest;
    this.#cryptKey = fitting.key;
    this.#directions[end] = fitting.half;
    // What fitted will fit again: it is asked first.
    if (this.#macs?.[0] !== fitting) this.#macs = [fitting, ...(this.#macs ?? []).filter((mac) => mac !== fitting)];
  }

  #fittingMac({ opcode, keyId, sessionId, replay, body, mac }: ControlEnvelope): AuthMac | undefined {
    if (replay === undefined) return undefined;
    this.#macs ??= this.#keys.staticKeys.flatMap((key) =>
      key.halves.flatMap((half, i) =>
        openvpnDigests
          .filter(({ length }) => length === this.#hmacLength)
          .map((digest): AuthMac => ({ key, digest, half: i as 0 | 1, compute: tlsAuthMac(digest, half) })),
      ),
    );
    const candidates = this.#macs.filter(({ digest }) => digest.length === mac.length);
    if (candidates.length === 0) this.#macs = undefined;
    return candidates.find(({ compute }) => equal(compute({ opcode, keyId, sessionId }, replay, body), mac));
  }

  #openCrypt(envelope: ControlEnvelope, fromClient: boolean): Uint8Array | undefined {
    const { replay, mac, body, wrappedKey } = envelope;
    if (replay === undefined) return undefined;
    const end = fromClient ? 'client' : 'server';
    for (const key of this.#cryptCandidates(wrappedKey)) {
      const pair = key === this.#cryptKey && this.#crypt !== undefined ? this.#crypt : cryptPair(key);
      const message = pair[end].open(envelope, replay, mac, body);
      if (message === undefined) continue;
      this.#crypt = pair;
      this.#cryptKey = key;
      this.#verdicts[end] = 'fits';
      return message;
    }
    if (this.#verdicts[end] === 'unknown' && !this.#keys.isEmpty) this.#verdicts[end] = 'wrong';
    return undefined;
  }

  #cryptCandidates(wrappedKey: Uint8Array | undefined): readonly StaticKey[] {
    if (this.#cryptKey !== undefined) return [this.#cryptKey];
    const own: StaticKey[] = [];
    if (wrappedKey !== undefined) {
      for (const server of this.#keys.cryptV2Servers) {
        const client = unwrapped(server.reveal(), wrappedKey);
        if (client === undefined) continue;
        this.#metadata = metadataText(client.metadata);
        own.push(client.key);
      }
    }
    return [...own, ...this.#keys.cryptV2Clients, ...this.#keys.staticKeys];
  }

  #openDynamic(bytes: Uint8Array, fromClient: boolean): OpenedControl | undefined {
    const dynamic = this.#dynamic?.[fromClient ? 'client' : 'server'];
    // The keys are there whether or not the two ends have agreed to use them.
    if (dynamic === undefined || bytes.length < CRYPT_LENGTH) return undefined;
    const envelope = decodeCryptEnvelope(new ByteReader(bytes));
    if (envelope.replay === undefined) return undefined;
    const message = dynamic.open(envelope, envelope.replay, envelope.mac, envelope.body);
    return message === undefined ? undefined : opened(envelope, message);
  }
}

function cryptPair(key: StaticKey): { readonly client: TlsCrypt; readonly server: TlsCrypt } {
  return { server: prepareTlsCrypt(key.halves[0]), client: prepareTlsCrypt(key.halves[1]) };
}

function opened({ opcode, keyId, sessionId, replay }: ControlEnvelope, message: Uint8Array | undefined): OpenedControl {
  const head = { opcode, keyId, sessionId, replay };
  if (message === undefined) return { ...head, message: undefined };
  return { ...head, message: decodeControlMessage(new ByteReader(message), opcode) };
}

function unwrapped(serverKey: Uint8Array, wrapped: Uint8Array): ClientKey | undefined {
  try {
    return unwrapClientKey(splitKeyHalf(serverKey), wrapped);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** Type 0: the administrator's own; 1: seconds since 1970 when the key was made (`tls_crypt.h`). */
function metadataText(metadata: Uint8Array): string {
  if (metadata.length === 0) return 'none';
  const reader = new ByteReader(metadata);
  const type = reader.u8('metadata type');
  if (type === 1 && reader.remaining === 8) {
    const seconds = Number(reader.u64('timestamp'));
    const date = new Date(seconds * 1000);
    return Number.isNaN(date.getTime()) ? `made at ${seconds}` : `made ${date.toISOString()}`;
  }
  const text = Buffer.from(reader.rest())
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.')
    .slice(0, 200);
  return type === 0 ? text : `type ${type}: ${text}`;
}

function keyIdOf(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) & 7;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
