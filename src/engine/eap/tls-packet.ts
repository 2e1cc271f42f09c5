import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';

/** Flags of EAP-TLS, RFC 5216 §3.1. */
const LENGTH = 0x80;
const MORE = 0x40;
const START = 0x20;

/** TLS bytes of one EAP packet: it passes where IKE is not fragmented, and is what common servers take. */
const FRAGMENT_LENGTH = 1024;
/** A TLS message may be as long as this (RFC 5216 §2.1.5). */
const MAX_MESSAGE = 65_536;

/** Type-Data of EAP-TLS. */
export interface TlsPacket {
  readonly start: boolean;
  readonly more: boolean;
  /** Length of the whole message. */
  readonly length?: number;
  readonly fragment: Uint8Array;
}

/** Throws `DecodeError`. */
export function decodeTlsPacket(data: Uint8Array): TlsPacket {
  const r = new ByteReader(data);
  const flags = r.u8('flags');
  const length = (flags & LENGTH) !== 0 ? r.u32('TLS message length') : undefined;
  return { start: (flags & START) !== 0, more: (flags & MORE) !== 0, ...(length === undefined ? {} : { length }), fragment: r.rest() };
}

export const START_PACKET = Uint8Array.of(START);
/** Asks for the next fragment, or ends the conversation. */
export const EMPTY_PACKET = Uint8Array.of(0);

/** A TLS message as Type-Data of as many packets as it needs, at least one. */
export function fragmentTls(records: Uint8Array): readonly [Uint8Array, ...Uint8Array[]] {
  const packet = (at: number): Uint8Array => {
    const isFirst = at === 0 && records.length > FRAGMENT_LENGTH;
    const more = at + FRAGMENT_LENGTH < records.length;
    const w = new ByteWriter(FRAGMENT_LENGTH + 5).u8((isFirst ? LENGTH : 0) | (more ? MORE : 0));
    if (isFirst) w.u32(records.length);
    return w.bytes(records.subarray(at, at + FRAGMENT_LENGTH)).finish();
  };
  const rest: Uint8Array[] = [];
  for (let at = FRAGMENT_LENGTH; at < records.length; at += FRAGMENT_LENGTH) rest.push(packet(at));
  return [packet(0), ...rest];
}

/** A message that came in part. */
export interface PartialMessage {
  readonly parts: readonly Uint8Array[];
  readonly length: number;
}

export const NO_PARTS: PartialMessage = { parts: [], length: 0 };

/** Adds a fragment. Throws `DecodeError` when the message grows beyond its length, or beyond what any has. */
export function addFragment(partial: PartialMessage, packet: TlsPacket): PartialMessage {
  const length = partial.length + packet.fragment.length;
  const bound = Math.min(packet.length ?? MAX_MESSAGE, MAX_MESSAGE);
  if (length > bound) throw new ByteReader(packet.fragment).fail('TLS message', `${length} bytes and more, where ${bound} are the most`);
  return { parts: [...partial.parts, packet.fragment], length };
}

export function wholeMessage(partial: PartialMessage): Uint8Array {
  return Buffer.concat(partial.parts);
}
