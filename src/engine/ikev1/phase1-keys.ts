import { timingSafeEqual } from 'node:crypto';
import { Secret } from '../../bytes/secret.js';
import { ByteWriter } from '../../bytes/writer.js';
import { noBytes } from '../../crypto/cipher.js';
import {
  deriveIkev1Keys,
  phase1Hash as hashOfPhase1,
  type Ikev1Exchange,
  ikev1CipherKey,
  ikev1Phase1Iv,
  skeyidPsk,
  skeyidSignature,
} from '../../keymat/ikev1.js';
import { encodeChain, type OutgoingPayload } from '../../wire/ike/chain.js';
import type { Effects } from './effects.js';
import type { Phase1Suite } from './phase1-suite.js';
import type { Phase1Offer, Phase1Values, Protection } from './state.js';

type Cookies = { readonly spiI: Uint8Array; readonly spiR: Uint8Array };

/** Keys and first IV of phase 1 (RFC 2409 §5, appendix B): with a pre-shared key, or without one for signatures. */
export function protect(suite: Phase1Suite, { spiI, spiR }: Cookies, values: Phase1Values, psk: Secret | undefined): Protection {
  const exchange: Ikev1Exchange = { ...values, cookieI: spiI, cookieR: spiR };
  const skeyid = psk === undefined ? skeyidSignature(suite.prf, exchange) : skeyidPsk(suite.prf, psk.reveal(), exchange);
  const keys = deriveIkev1Keys(suite.prf, skeyid, exchange);
  const key = suite.cipher.prepare(ikev1CipherKey(suite.prf, keys.skeyidE.reveal(), suite.keyLength), noBytes);
  return { suite, keys, key, chain: firstIv({ suite, values }) };
}

/** IV of the first encrypted message of phase 1. */
export function firstIv({ suite, values }: { readonly suite: Phase1Suite; readonly values: Phase1Values }): Uint8Array {
  return ikev1Phase1Iv(suite.hash, suite.cipher, values.keI, values.keR);
}

/** Tells the keys, for key logs. */
export function announceKeys(sa: Cookies, { suite, keys }: Protection, fx: Effects): void {
  const cipherKey = new Secret(ikev1CipherKey(suite.prf, keys.skeyidE.reveal(), suite.keyLength));
  fx.happen(sa, { kind: 'ikev1-keys', keys, cipherKey, encryption: suite.cipher.name, hash: suite.hash.name });
}

type Hashed = Cookies & Pick<Protection, 'suite' | 'keys'> & { readonly offer: Phase1Offer; readonly values: Phase1Values };

/** HASH_I or HASH_R (RFC 2409 §5) over the body of the ID payload of the same end. `prf`: not that of phase 1. */
export function phase1Hash(
  { spiI, spiR, suite, keys, offer, values }: Hashed,
  of: 'initiator' | 'responder',
  idBody: Uint8Array,
  prf = suite.prf,
): Uint8Array {
  const { keI, keR } = values;
  return hashOfPhase1(prf, keys.skeyid.reveal(), of, { keI, keR, cookieI: spiI, cookieR: spiR, sa: offer.body, id: idBody });
}

/** HASH(1) to HASH(3) of later exchanges: all begin with the message ID (RFC 2409 §5.5, §5.7). */
export function laterHash(
  { suite, keys }: Pick<Protection, 'suite' | 'keys'>,
  messageId: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return suite.prf.prepare(keys.skeyidA.reveal())([messageId, ...parts]);
}

/** Whether two hashes are the same, in constant time. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Payloads as they will be sent behind the hash that covers them. */
export function coveredBytes(payloads: readonly OutgoingPayload[]): Uint8Array {
  const w = new ByteWriter();
  encodeChain(payloads, 1, w);
  return w.finish();
}
