import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import { encodeTcpEncap, TCP_ENCAP_LENGTH_SIZE, TCP_ENCAP_PREFIX } from '../wire/tcp-encap.js';
import type { UdpEncapKind } from '../wire/udp-encap.js';
import { KEEPALIVE, NON_ESP_MARKER } from './markers.js';

/** How messages stand in a stream: behind two bytes of length each, and behind a prefix of whoever opened it. */
export interface TcpFraming {
  /** Empty: there is none. */
  readonly prefix: Uint8Array;
  /** The same for people. */
  readonly prefixText: string;
  /** Bytes of a message, its length field included, by what that field says; undefined: that leaves no message. */
  measure(field: number): number | undefined;
}

/** Bytes of the length field of both. */
export const LENGTH_FIELD = 2;
const LARGEST = 0xffff;

/** IKE and ESP: RFC 9329 §3. The length counts itself. */
export const ikeFraming: TcpFraming = {
  prefix: TCP_ENCAP_PREFIX,
  prefixText: 'IKETCP',
  measure: (field) => (field > TCP_ENCAP_LENGTH_SIZE ? field : undefined),
};

/** OpenVPN (`socket.c`, `stream_buf`): the length does not count itself. */
export const openvpnFraming: TcpFraming = {
  prefix: new Uint8Array(0),
  prefixText: '',
  measure: (field) => (field > 0 ? LENGTH_FIELD + field : undefined),
};

/** Undefined for what is longer than the length field can say. */
export function frameIke(kind: UdpEncapKind, bytes: Uint8Array): Uint8Array | undefined {
  const length =
    TCP_ENCAP_LENGTH_SIZE + (kind === 'ike' ? NON_ESP_MARKER.length : kind === 'keepalive' ? KEEPALIVE.length : 0) + bytes.length;
  if (length > LARGEST) return undefined;
  const writer = new ByteWriter(length);
  encodeTcpEncap({ length, kind }, writer);
  return writer.bytes(bytes).finish();
}

/** Undefined for what is longer than the length field can say, and for nothing. */
export function frameOpenvpn(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length === 0 || bytes.length > LARGEST) return undefined;
  return new ByteWriter(LENGTH_FIELD + bytes.length).u16(bytes.length).bytes(bytes).finish();
}

/** What the length field at the front of these bytes says; undefined when it is not all there. */
export function lengthField(bytes: Uint8Array): number | undefined {
  return bytes.length < LENGTH_FIELD ? undefined : new ByteReader(bytes).u16('length of a message in TCP');
}
