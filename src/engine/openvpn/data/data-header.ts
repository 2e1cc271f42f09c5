import { noBytes } from '../../../crypto/cipher.js';
import { P_DATA_V1, P_DATA_V2 } from '../../../wire/openvpn/opcodes.js';
import type { DataKeys } from '../data-keys.js';

/** Bytes of P_DATA_V1's opcode, and of P_DATA_V2's with the peer id, which AEAD protects. */
const DATA_V1_HEADER = 1;
export const DATA_V2_HEADER = 4;

/** Of this packet: the peer may give a peer id though we have none. */
export function dataHeaderLength(packet: Uint8Array): number {
  return (packet[0] ?? 0) >> 3 === P_DATA_V2 ? DATA_V2_HEADER : DATA_V1_HEADER;
}

/** What stands in front of each packet we send. */
export function dataHeaderOf({ derivation, keyId, peerId }: DataKeys): Uint8Array {
  if (derivation === 'static') return noBytes;
  if (peerId === undefined) return Uint8Array.of((P_DATA_V1 << 3) | keyId);
  return Uint8Array.of((P_DATA_V2 << 3) | keyId, peerId >> 16, (peerId >> 8) & 0xff, peerId & 0xff);
}
