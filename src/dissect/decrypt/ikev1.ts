import { ByteReader } from '../../bytes/reader.js';
import type { Cipher, CipherKey } from '../../crypto/cipher.js';
import { noBytes } from '../../crypto/cipher.js';
import type { Hash } from '../../crypto/hash.js';
import { prfOfHash } from '../../crypto/prf.js';
import { ikev1CipherKey, ikev1Phase1Iv, ikev1Phase2Iv } from '../../keymat/ikev1.js';
import type { Ikev1SaKeys } from '../keys/key-ring.js';
import { Recent } from './recent.js';
import { looksLikePayloadChain } from './verdict.js';

/** What the capture shows of the negotiation: without the key exchange payloads the first message cannot be opened whole. */
export interface Ikev1Negotiated {
  readonly cipher: Cipher;
  readonly hash: Hash;
  /** Bytes of cipher key: the Key Length attribute, or what the cipher takes without one. */
  readonly keyLength?: number;
  /** Public values of the KE payloads; undefined when the capture begins later. */
  readonly keInitiator?: Uint8Array;
  readonly keResponder?: Uint8Array;
}

/** The encrypted part of a message (RFC 2409 appendix B), opened. There is no ICV: hashes inside tell, for who has SKEYID_a. */
export interface Ikev1Plain {
  /** Payloads and the padding behind them, whose length nothing tells. */
  readonly inner: Uint8Array;
  readonly iv: Uint8Array;
  /** The IV was not known: the first block (`ivLength` bytes) is garbage, the rest is right. */
  readonly firstBlockLost: boolean;
  /** The same bytes were seen before. */
  readonly retransmission: boolean;
  /** False when key or IV are most likely wrong: what came out is no chain of payloads. */
  readonly plausible: boolean;
}

/** Exchanges whose IVs are followed at once, and copies that are remembered: an SA does not have more alive. */
const KEPT = 64;

/**
 * One IKEv1 SA over its encrypted messages in the order captured. Each message is chained to the last block of the one before it:
 * phase 1 from hash(g^xi | g^xr), every later exchange from the last block of phase 1 and its own message id. Copies of a message
 * are opened with the IV of the first one and leave the chain alone.
 */
export class Ikev1Decryptor {
  readonly #hash: Hash;
  readonly #cipher: Cipher;
  readonly #key: CipherKey;
  /** Last blocks of phase 1, the newest last: a capture may have lost a message, or shown one that never arrived. */
  readonly #phase1: Uint8Array[] = [];
  /** Last block by message id. */
  readonly #chains = new Recent<number, Uint8Array>(KEPT);
  /** IV by message id and last block of the message. */
  readonly #seen = new Recent<string, Uint8Array>(KEPT);

  /** Throws `UsageError` when the key does not fit the cipher. */
  constructor(keys: Ikev1SaKeys, negotiated: Ikev1Negotiated) {
    const { cipher, hash, keInitiator, keResponder } = negotiated;
    this.#hash = hash;
    this.#cipher = cipher;
    const length = negotiated.keyLength ?? (cipher.keyLengths[0] as number);
    const material = keys.key?.reveal() ?? ikev1CipherKey(prfOfHash(hash), keys.skeyidE?.reveal() ?? noBytes, length);
    // A table may hold more than the cipher takes, e.g. the whole SKEYID_e.
    this.#key = cipher.prepare(material.length > length ? material.subarray(0, length) : material, noBytes);
    if (keInitiator !== undefined && keResponder !== undefined) this.#phase1.push(ikev1Phase1Iv(hash, cipher, keInitiator, keResponder));
  }

  /**
   * @param messageId of the ISAKMP header; 0 is phase 1
   * @param firstPayload "Next Payload" of the ISAKMP header
   * @param ciphertext what follows the header
   * Throws `DecodeError` when it is no whole number of blocks.
   */
  decrypt(messageId: number, firstPayload: number, ciphertext: Uint8Array): Ikev1Plain {
    const block = this.#cipher.blockSize;
    if (ciphertext.length === 0 || ciphertext.length % block !== 0) {
      throw new ByteReader(ciphertext).fail(
        'encrypted payloads',
        `${ciphertext.length} bytes are not a multiple of the ${block} that ${this.#cipher.name} needs`,
      );
    }
    const last = ciphertext.slice(ciphertext.length - block);
    const name = `${messageId}/${ciphertext.length}/${Buffer.from(last).toString('latin1')}`;
    const before = this.#seen.get(name);
    if (before !== undefined) return this.#open(before, firstPayload, ciphertext, true);

    const candidates = this.#ivs(messageId);
    let plain: Ikev1Plain | undefined;
    for (const iv of candidates) {
      const tried = this.#open(iv, firstPayload, ciphertext, false);
      plain ??= tried;
      if (tried.plausible) {
        plain = tried;
        break;
      }
    }
    plain ??= { ...this.#open(new Uint8Array(block), firstPayload, ciphertext, false), firstBlockLost: true, plausible: false };
    this.#seen.set(name, plain.iv);
    if (messageId === 0) {
      this.#phase1.push(last);
      if (this.#phase1.length > KEPT) this.#phase1.shift();
    } else this.#chains.set(messageId, last);
    return plain;
  }

  /** IVs this message may have been chained to, the likeliest first. */
  #ivs(messageId: number): readonly Uint8Array[] {
    const newestFirst = this.#phase1.toReversed();
    if (messageId === 0) return newestFirst;
    const fresh = newestFirst.map((last) => ikev1Phase2Iv(this.#hash, this.#cipher, last, messageId));
    const chained = this.#chains.get(messageId);
    return chained === undefined ? fresh : [chained, ...fresh];
  }

  #open(iv: Uint8Array, firstPayload: number, ciphertext: Uint8Array, retransmission: boolean): Ikev1Plain {
    const { plaintext } = this.#key.decrypt(iv, ciphertext, noBytes, noBytes);
    // Padding is at most a block by the standard, and a multiple of it with some.
    const plausible = looksLikePayloadChain(new ByteReader(plaintext), firstPayload, Math.max(32, this.#cipher.blockSize));
    return { inner: plaintext, iv, firstBlockLost: false, retransmission, plausible };
  }
}
