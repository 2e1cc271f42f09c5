import { BugError, DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import type { Malformed } from '../../model/packet.js';
import type { PayloadCodec } from './payload-codec.js';
import { payloadName } from './payload-name.js';
import { payloads } from './payloads/index.js';
import { V1, V2 } from './tables/payload-types.js';

/** The two versions whose payloads are known. */
export type IkeVersion = 1 | 2;

/** Bytes of the generic payload header (RFC 7296 §3.2, RFC 2408 §3.2). */
export const PAYLOAD_HEADER_LENGTH = 4;

/** More payloads than any message has: what goes on longer is made to cost time. */
export const MAX_PAYLOADS = 512;

type NodeOf<C> =
  C extends PayloadCodec<infer Name, infer T>
    ? NodeBase & { readonly kind: Name; readonly value: T; readonly malformed?: undefined }
    : never;

interface NodeBase {
  readonly type: number;
  /** Short name for people: `SA`, `Nonce`, `N(NO_PROPOSAL_CHOSEN)`, `unknown (200)`. */
  readonly name: string;
  /** The critical bit of IKEv2; in IKEv1 a reserved bit. */
  readonly critical: boolean;
  /** Type of the payload that follows; in SK and SKF of the first one inside. */
  readonly next: number;
  /** Where its generic header starts, in bytes from the beginning of the message (or of the plaintext walked). */
  readonly offset: number;
  /** As it claims, generic header included. */
  readonly length: number;
  /** What follows the generic header, as far as it is there: what signatures and hashes are computed over. */
  readonly body: Uint8Array;
}

/** A payload that was decoded: `kind` names the codec and thereby the type of `value`. */
export type DecodedPayload = NodeOf<(typeof payloads)[number]>;

/** A payload of a type that has no codec here: the body is all there is. */
export interface RawPayload extends NodeBase {
  readonly kind: 'raw';
  readonly value?: undefined;
  readonly malformed?: undefined;
}

/** A payload whose bytes are wrong. */
export interface MalformedPayload extends NodeBase {
  readonly kind: 'malformed';
  /** What could be decoded before the fault, of the type that the payload type says; often undefined. */
  readonly value?: unknown;
  readonly malformed: Malformed;
}

export type PayloadNode = DecodedPayload | RawPayload | MalformedPayload;

/** The node of one codec: `PayloadOf<'sa'>['value']` is `Sa`. */
export type PayloadOf<Kind extends PayloadNode['kind']> = Extract<PayloadNode, { kind: Kind }>;

/** What `encodeChain` needs of a payload; a decoded node will do. */
export type OutgoingPayload =
  | (DecodedPayload extends infer N ? (N extends DecodedPayload ? Pick<N, 'kind' | 'type' | 'value'> & Outgoing : never) : never)
  | (Pick<RawPayload, 'kind' | 'type' | 'body'> & Outgoing)
  | (Pick<MalformedPayload, 'kind' | 'type' | 'body'> & Outgoing);

interface Outgoing {
  readonly critical?: boolean;
  /** For SK and SKF: type of the first payload inside. Other payloads get the type of their successor. */
  readonly next?: number;
}

export interface Chain {
  readonly payloads: readonly PayloadNode[];
  /** What lies behind the last payload: padding in a decrypted IKEv1 message, otherwise something that does not belong there. */
  readonly trailing: Uint8Array;
  /** The first fault. Payloads behind it were still read where the lengths allowed. */
  readonly malformed?: Malformed;
}

// biome-ignore lint/suspicious/noExplicitAny: the table mixes all codecs; the node type is restored by `kind`.
type AnyCodec = PayloadCodec<string, any>;

function codecTable(version: 'v1' | 'v2'): readonly (AnyCodec | undefined)[] {
  const table = new Array<AnyCodec | undefined>(256).fill(undefined);
  for (const codec of payloads as readonly AnyCodec[]) for (const type of codec[version] ?? []) table[type] = codec;
  return table;
}

const CODECS: Readonly<Record<IkeVersion, readonly (AnyCodec | undefined)[]>> = { 1: codecTable('v1'), 2: codecTable('v2') };
const BY_NAME: ReadonlyMap<string, AnyCodec> = new Map((payloads as readonly AnyCodec[]).map((codec) => [codec.name, codec]));

function toMalformed(error: unknown): Malformed {
  if (!(error instanceof DecodeError)) throw error;
  return { field: error.field, offset: error.offset, message: error.message };
}

/** Its content starts where the chain ends: what is inside is encrypted (RFC 7296 §3.14). */
function endsChain(version: IkeVersion, type: number): boolean {
  return version === 2 && (type === V2.SK || type === V2.SKF);
}

function partialOf(codec: AnyCodec, reader: ByteReader): unknown {
  if (codec.decodePartial !== undefined) return codec.decodePartial(reader);
  try {
    return codec.decode(reader);
  } catch (error) {
    toMalformed(error);
    return undefined;
  }
}

/**
 * Walks a chain of payloads and decodes each. Nothing is thrown: a payload whose inside is wrong becomes a
 * `malformed` node and the walk goes on behind it; one whose length lies ends the walk.
 *
 * @param bytes from the first generic payload header on, e.g. the plaintext of an SK payload
 * @param first type of the first payload: the header's or the SK payload's next payload field
 * @param base offset of `bytes[0]` within the message, for the places in nodes and faults
 */
export function decodeChain(bytes: Uint8Array, first: number, version: IkeVersion, base = 0): Chain {
  const r = new ByteReader(bytes, base);
  const codecs = CODECS[version];
  const nodes: PayloadNode[] = [];
  let malformed: Malformed | undefined;
  let type = first;
  while (type !== V2.NONE) {
    const offset = r.offset;
    if (nodes.length === MAX_PAYLOADS) {
      malformed ??= toMalformed(r.fail('payloads', `more than ${MAX_PAYLOADS}`));
      break;
    }
    if (r.remaining < PAYLOAD_HEADER_LENGTH) {
      const name = payloadName(version, type, undefined);
      malformed ??= toMalformed(new DecodeError(`${name} payload header`, offset, PAYLOAD_HEADER_LENGTH, r.remaining));
      break;
    }
    const next = r.u8('next payload');
    const critical = (r.u8('critical and reserved') & 0x80) !== 0;
    const length = r.u16('payload length');
    const size = length - PAYLOAD_HEADER_LENGTH;
    const codec = codecs[type];
    if (size < 0 || size > r.remaining) {
      const body = r.rest();
      const fault = toMalformed(
        new DecodeError(
          'payload length',
          offset + 2,
          Math.max(length, PAYLOAD_HEADER_LENGTH),
          body.length + PAYLOAD_HEADER_LENGTH,
          lengthFault(length, body.length),
        ),
      );
      const value = codec === undefined || size < 0 ? undefined : partialOf(codec, new ByteReader(body, offset + PAYLOAD_HEADER_LENGTH));
      nodes.push({
        kind: 'malformed',
        type,
        name: payloadName(version, type, value),
        critical,
        next,
        offset,
        length,
        body,
        value,
        malformed: fault,
      });
      malformed ??= fault;
      break;
    }
    const body = r.bytes(size, 'payload');
    const bodyOffset = offset + PAYLOAD_HEADER_LENGTH;
    if (codec === undefined) {
      nodes.push({
        kind: 'raw',
        type,
        name: payloadName(version, type, undefined),
        critical,
        next,
        offset,
        length,
        body,
        value: undefined,
        malformed: undefined,
      });
    } else {
      try {
        const inner = new ByteReader(body, bodyOffset);
        const value = codec.decode(inner);
        inner.end(codec.name);
        nodes.push({
          kind: codec.name,
          type,
          name: payloadName(version, type, value),
          critical,
          next,
          offset,
          length,
          body,
          value,
          malformed: undefined,
        } as PayloadNode);
      } catch (error) {
        const fault = toMalformed(error);
        const value = codec.decodePartial?.(new ByteReader(body, bodyOffset));
        nodes.push({
          kind: 'malformed',
          type,
          name: payloadName(version, type, value),
          critical,
          next,
          offset,
          length,
          body,
          value,
          malformed: fault,
        });
        malformed ??= fault;
      }
    }
    if (endsChain(version, type)) break;
    type = next;
  }
  const trailing = r.rest();
  return malformed === undefined ? { payloads: nodes, trailing } : { payloads: nodes, trailing, malformed };
}

function lengthFault(length: number, have: number): string {
  return length < PAYLOAD_HEADER_LENGTH
    ? `${length} is less than the payload header of ${PAYLOAD_HEADER_LENGTH}`
    : `says ${length} bytes, ${have + PAYLOAD_HEADER_LENGTH} there`;
}

/** Writes the payloads one behind the other, generic headers included. The first one's type goes into the header before them. */
export function encodeChain(out: readonly OutgoingPayload[], version: IkeVersion, w: ByteWriter): void {
  out.forEach((payload, i) => {
    const next = endsChain(version, payload.type) ? (payload.next ?? V1.NONE) : (out[i + 1]?.type ?? V1.NONE);
    w.u8(next).u8(payload.critical === true ? 0x80 : 0);
    w.lengthPrefixed(2, () => encodeBody(payload, w), PAYLOAD_HEADER_LENGTH);
  });
}

function encodeBody(payload: OutgoingPayload, w: ByteWriter): void {
  if (payload.kind === 'raw' || payload.kind === 'malformed') {
    w.bytes(payload.body);
    return;
  }
  const codec = BY_NAME.get(payload.kind);
  if (codec === undefined) throw new BugError(`no codec is called "${payload.kind}"`);
  codec.encode(payload.value, w);
}
