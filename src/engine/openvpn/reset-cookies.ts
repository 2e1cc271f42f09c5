import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import { prepareHmac } from '../../crypto/hash.js';
import type { RandomSource } from '../../crypto/random-source.js';
import type { Endpoint } from '../../model/endpoint.js';

/** Milliseconds in which the same client gets the same session id; the one before is good as long again. */
const SLOT = 30_000;
const SECRET_LENGTH = 32;

/** Session ids that a server can check without having kept anything of who asked (`ssl_pkt.c`, `calculate_session_id_hmac`). */
export class ResetCookies {
  readonly #mac: (parts: readonly Uint8Array[]) => Uint8Array;

  constructor(random: RandomSource) {
    this.#mac = prepareHmac('sha256', random(SECRET_LENGTH));
  }

  /** The session id for a client that begins now. */
  make(clientId: bigint, remote: Endpoint, now: number): bigint {
    return this.#at(clientId, remote, Math.floor(now / SLOT));
  }

  /** Whether it is one that we gave this client within the last minute. */
  check(sessionId: bigint, clientId: bigint, remote: Endpoint, now: number): boolean {
    const slot = Math.floor(now / SLOT);
    return [slot, slot - 1].some((one) => this.#at(clientId, remote, one) === sessionId);
  }

  #at(clientId: bigint, { address, port }: Endpoint, slot: number): bigint {
    const claim = new ByteWriter(64)
      .u64(clientId)
      .u32(slot >>> 0)
      .u16(port)
      .bytes(Buffer.from(address))
      .finish();
    const id = new ByteReader(this.#mac([claim])).u64('session id');
    // 0 means none.
    return id === 0n ? 1n : id;
  }
}
