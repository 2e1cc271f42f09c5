import { deriveIkev2Keys, type Ikev2Keys, skeyseed } from '../../keymat/ikev2.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { IkeSuite } from '../ike/suite.js';
import type { Effects } from './effects.js';
import type { SaBase } from './state.js';

/** Nonces and SPIs of the exchange that made an IKE SA. */
export interface KeyInputs {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly spiI: Uint8Array;
  readonly spiR: Uint8Array;
}

/** Keys of a first IKE SA (RFC 7296 §2.14). */
export function firstKeys(suite: IkeSuite, shared: Uint8Array, inputs: KeyInputs): Ikev2Keys {
  return deriveIkev2Keys(
    suite.prf,
    skeyseed(suite.prf, shared, inputs.nonceI, inputs.nonceR),
    inputs,
    suite.cipher,
    suite.keyLength,
    suite.integrity,
  );
}

/** Tells the outside which keys and algorithms an IKE SA has. */
export function announceKeys(sa: Pick<SaBase, 'spiI' | 'spiR'>, suite: IkeSuite, keys: Ikev2Keys, fx: Effects): void {
  fx.happen(sa, {
    kind: 'ike-keys',
    keys,
    encryption: suite.cipher.name,
    keyLength: suite.keyLength,
    integrity: suite.integrity.name,
  });
}

/** Tells the outside what was chosen of what was offered. */
export function announceProposal(sa: Pick<SaBase, 'spiI' | 'spiR'>, chosen: Proposal, offered: readonly Proposal[], fx: Effects): void {
  fx.happen(sa, { kind: 'ike-proposal', chosen, offered });
}
