import { ByteWriter } from '../../bytes/writer.js';
import { digest, type Hash } from '../../crypto/hash.js';
import type { Endpoint } from '../../model/endpoint.js';
import { addressBytes } from '../../wire/ip/address.js';
import type { SaSpis } from './sa-id.js';

/** What NAT detection found (RFC 7296 §2.23, RFC 3947 §3.2). */
export interface NatVerdict {
  readonly usBehindNat: boolean;
  readonly peerBehindNat: boolean;
  /** The peer sent NAT detection payloads at all. */
  readonly supported: boolean;
}

/** Hash of SPIs, address and port, by which an end tells the other what it thinks its address is. */
export function natHash(hash: Hash, { spiI, spiR }: SaSpis, { address, port }: Endpoint): Uint8Array {
  return digest(hash, spiI, spiR, addressBytes(address), new ByteWriter(2).u16(port).finish());
}
