import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';
import { P_DATA_V2 } from './opcodes.js';

/** UDP and TCP, as registered with IANA. */
export const OPENVPN_PORT = 1194;

/** The peer id of a P_DATA_V2 whose server gave none: all 24 bits. */
export const NO_PEER_ID = 0xffffff;

/** What every OpenVPN packet begins with, over UDP and, behind the two bytes of length, over TCP. */
export interface OpenvpnHeader {
  readonly kind: 'openvpn';
  readonly opcode: number;
  /** 0 to 7: which of the session's keys; 0 only for the first. */
  readonly keyId: number;
  /** P_DATA_V2 only; `NO_PEER_ID` when the server gave none. */
  readonly peerId: number | undefined;
}

/** Leaves the reader behind the opcode, and behind the peer id of P_DATA_V2. OpenVPN protocol §"packet format". */
export function decodeOpenvpn(reader: ByteReader): OpenvpnHeader {
  const first = reader.u8('OpenVPN opcode');
  const opcode = first >> 3;
  return { kind: 'openvpn', opcode, keyId: first & 7, peerId: opcode === P_DATA_V2 ? reader.u24('OpenVPN peer id') : undefined };
}

export function encodeOpenvpn(header: OpenvpnHeader, writer: ByteWriter): void {
  writer.u8((header.opcode << 3) | header.keyId);
  if (header.peerId !== undefined) writer.u24(header.peerId);
}
