import { UsageError } from '../../bytes/errors.js';
import { cipherByIkev1 } from '../../crypto/ciphers.js';
import { hashByIkev1 } from '../../crypto/hash.js';
import { type Chain, decodeChain } from '../../wire/ike/chain.js';
import { HEADER_LENGTH, type IkeHeader } from '../../wire/ike/header.js';
import { Ikev1Decryptor } from '../decrypt/ikev1.js';
import type { SkPlain } from '../decrypt/ikev2.js';
import { SkOpener } from '../decrypt/sk-opener.js';
import type { IcvVerdict } from '../decrypt/verdict.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { SessionState } from './session-state.js';

/** The payloads that were encrypted. */
export interface OpenedPayloads {
  readonly chain: Chain;
  /** `unknown` in IKEv1, which has none. */
  readonly icv: IcvVerdict;
}

/** Opens what is encrypted in IKE messages, of both versions, with the keys of a ring. */
export class MessageOpener {
  readonly #ring: KeyRing;
  readonly #sk: SkOpener;
  readonly #ikev1 = new WeakMap<SessionState, readonly Ikev1Decryptor[]>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
    this.#sk = new SkOpener(ring);
  }

  /**
   * An SK or SKF payload at `payloadAt` of `message`. Undefined without a key or when what came out is no chain of payloads.
   * Throws `DecodeError` when its lengths cannot be.
   */
  openSk(message: Uint8Array, payloadAt: number, kind: 'SK' | 'SKF'): SkPlain | undefined {
    if (this.#ring.ikev2.length === 0) return undefined;
    const plain = this.#sk.open(message, payloadAt, kind);
    return plain?.plausible === true ? plain : undefined;
  }

  /** The encrypted part of an IKEv1 message; messages must come in order, copies included. Throws `DecodeError` when it is no whole number of blocks. */
  openV1(session: SessionState, header: IkeHeader, encrypted: Uint8Array): OpenedPayloads | undefined {
    if (this.#ring.ikev1.length === 0) return undefined;
    for (const decryptor of this.#decryptors(session)) {
      const plain = decryptor.decrypt(header.messageId, header.nextPayload, encrypted);
      if (plain.plausible) return { chain: decodeChain(plain.inner, header.nextPayload, 1, HEADER_LENGTH), icv: 'unknown' };
    }
    return undefined;
  }

  #decryptors(session: SessionState): readonly Ikev1Decryptor[] {
    const known = this.#ikev1.get(session);
    if (known !== undefined) return known;
    const transforms = session.chosen?.transforms ?? [];
    const encr = transforms.find(({ type }) => type === 'ENCR');
    const hash = hashByIkev1(transforms.find(({ type }) => type === 'HASH')?.id ?? 0);
    const cipher = cipherByIkev1(encr?.id ?? 0);
    if (cipher === undefined || hash === undefined) return [];
    const { initiator: keInitiator, responder: keResponder } = session.publicValues;
    const found = this.#ring.findIkev1(session.spiI).flatMap((keys) => {
      try {
        return [
          new Ikev1Decryptor(keys, {
            cipher,
            hash,
            ...(encr?.keyLength === undefined ? {} : { keyLength: encr.keyLength / 8 }),
            ...(keInitiator === undefined ? {} : { keInitiator }),
            ...(keResponder === undefined ? {} : { keResponder }),
          }),
        ];
      } catch (error) {
        // A key that does not fit the cipher of this SA is one of another SA.
        if (error instanceof UsageError) return [];
        throw error;
      }
    });
    this.#ikev1.set(session, found);
    return found;
  }
}
