import type { Ikev2Settings } from '../ikev2/settings.js';

/**
 * What one IKEv1 SA is told. Algorithms stand in the form of IKEv2 for both versions: of an IKE proposal ENCR, PRF (its hash is that of
 * phase 1) and KE count. What IKEv1 does not have is ignored: EAP, MOBIKE, postquantum keys, IKE over TCP.
 */
export interface Ikev1Settings extends Ikev2Settings {
  /** How phase 1 is begun; a responder takes both. Aggressive mode offers one group, that of the first proposal. */
  readonly exchange: 'main' | 'aggressive';
}
