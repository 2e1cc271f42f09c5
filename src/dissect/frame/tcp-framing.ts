import { ByteReader } from '../../bytes/reader.js';
import { P_CONTROL_WKC_V1, STATIC_KEY_OPCODE } from '../../wire/openvpn/opcodes.js';
import { isControl, recogniseReset } from '../../wire/openvpn/recognise.js';
import { TCP_ENCAP_LENGTH_SIZE, TCP_ENCAP_PREFIX } from '../../wire/tcp-encap.js';
import { looksLikeIke } from './recognise-ike.js';
import type { StreamFraming } from './tcp-streams.js';

const MARKER = 4;
/** A keepalive has one byte, ESP at least SPI and sequence number. */
const KEEPALIVE_MESSAGE = TCP_ENCAP_LENGTH_SIZE + 1;
const MIN_ESP_MESSAGE = TCP_ENCAP_LENGTH_SIZE + 8;

function lengthField(bytes: Uint8Array): number | undefined {
  return bytes.length < 2 ? undefined : new ByteReader(bytes).u16('message length');
}

/** Whether the stream prefix stands here, or `part` when the bytes end within it. */
export function hasIkePrefix(bytes: Uint8Array): boolean | 'part' {
  const length = Math.min(bytes.length, TCP_ENCAP_PREFIX.length);
  if (length === 0 || TCP_ENCAP_PREFIX.subarray(0, length).some((byte, at) => byte !== bytes[at])) return false;
  return length === TCP_ENCAP_PREFIX.length || 'part';
}

/** IKE and ESP in TCP: RFC 9329 §3. The prefix counts as a message of its own. */
export const ikeFraming: StreamFraming = {
  measure(bytes) {
    const prefix = hasIkePrefix(bytes);
    if (prefix !== false) return prefix === 'part' ? 'more' : TCP_ENCAP_PREFIX.length;
    const length = lengthField(bytes);
    if (length === undefined) return 'more';
    return length >= KEEPALIVE_MESSAGE ? length : 'broken';
  },

  startsHere(bytes, length) {
    if (hasIkePrefix(bytes) !== false) return true;
    const message = lengthField(bytes);
    if (message === undefined || message < MIN_ESP_MESSAGE) return false;
    const skipped = TCP_ENCAP_LENGTH_SIZE + MARKER;
    if (looksLikeIke(bytes.subarray(skipped), message - skipped)) return true;
    return fillsSegment(bytes, length);
  },
};

/** Whether messages follow each other to the very end of the segment: what an ESP sender writes at once. */
function fillsSegment(bytes: Uint8Array, length: number): boolean {
  let at = 0;
  while (at < length) {
    const message = lengthField(bytes.subarray(at));
    if (message === undefined || (message < MIN_ESP_MESSAGE && message !== KEEPALIVE_MESSAGE)) return false;
    at += message;
  }
  return at === length;
}

/** OpenVPN over TCP: each packet behind two bytes of its length. */
export const openvpnFraming: StreamFraming = {
  measure(bytes) {
    const length = lengthField(bytes);
    if (length === undefined) return 'more';
    return length === 0 ? 'broken' : length + 2;
  },

  startsHere(bytes, length) {
    const packet = lengthField(bytes);
    if (packet === undefined || packet + 2 > length || bytes.length < 3) return false;
    const opcode = new ByteReader(bytes.subarray(2)).u8('OpenVPN opcode') >> 3;
    // What fills its segment to the byte is a message, with a static key also one without an opcode.
    return isControl(opcode) || packet + 2 === length;
  },
};

/** The same in a connection whose reset was seen: every packet has an opcode, so that a wrong guess where one begins is found out. */
export const openvpnTlsFraming: StreamFraming = {
  measure(bytes) {
    const length = openvpnFraming.measure(bytes);
    const opcode = (bytes[2] ?? 0) >> 3;
    return bytes.length > 2 && (opcode === STATIC_KEY_OPCODE || opcode > P_CONTROL_WKC_V1) ? 'broken' : length;
  },

  startsHere: openvpnFraming.startsHere,
};

/** Whether a segment begins with an OpenVPN session's first packet. */
export function startsWithOpenvpnReset(bytes: Uint8Array): boolean {
  const length = lengthField(bytes);
  return length !== undefined && length + 2 <= bytes.length && recogniseReset(bytes.subarray(2, 2 + length)) !== undefined;
}
