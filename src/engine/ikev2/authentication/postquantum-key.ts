import { Secret } from '../../../bytes/secret.js';
import type { Prf } from '../../../crypto/prf.js';
import { type Ikev2Keys, prfPlus } from '../../../keymat/ikev2.js';

/**
 * Mixes a postquantum preshared key into the keys of an IKE SA: SK_d, SK_pi and SK_pr become prf+(PPK, old key), the keys that
 * protect the messages stay (RFC 8784 §3).
 */
export function mixPostquantumKey(prf: Prf, ppk: Secret, keys: Ikev2Keys): Ikev2Keys {
  const mixed = (old: Secret) => new Secret(prfPlus(prf, ppk.reveal(), [old.reveal()], prf.keyLength));
  return { ...keys, skD: mixed(keys.skD), skPi: mixed(keys.skPi), skPr: mixed(keys.skPr) };
}
