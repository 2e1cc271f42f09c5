import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/**
 * IKEv1 exchange types under the names people use (RFC 2408 §3.1, RFC 2409 §5, draft-dukes-ike-mode-cfg).
 * IANA isakmp-registry "ISAKMP Exchange Types", as of 2025-06.
 */
export const IKEV1_EXCHANGE_TYPES = {
  0: 'NONE',
  1: 'Base',
  2: 'Identity Protection (Main Mode)',
  3: 'Authentication Only',
  4: 'Aggressive',
  5: 'Informational',
  6: 'Transaction',
  32: 'Quick Mode',
  33: 'New Group Mode',
} as const satisfies Registry;

/** IANA "IKEv2 Exchange Types", as of 2025-11: 38 RFC 5723, 39-42 RFC 9838, 43 RFC 9242, 44 RFC 9370. */
export const IKEV2_EXCHANGE_TYPES = {
  34: 'IKE_SA_INIT',
  35: 'IKE_AUTH',
  36: 'CREATE_CHILD_SA',
  37: 'INFORMATIONAL',
  38: 'IKE_SESSION_RESUME',
  39: 'GSA_AUTH',
  40: 'GSA_REGISTRATION',
  41: 'GSA_REKEY',
  42: 'GSA_INBAND_REKEY',
  43: 'IKE_INTERMEDIATE',
  44: 'IKE_FOLLOWUP_KE',
} as const satisfies Registry;

/** `EXCHANGE_V1['Quick Mode']` is 32. */
export const EXCHANGE_V1 = numbersOf(IKEV1_EXCHANGE_TYPES);
/** `EXCHANGE.IKE_AUTH` is 35. */
export const EXCHANGE = numbersOf(IKEV2_EXCHANGE_TYPES);

/** Names of the exchange types of a major version; that of an unknown version is empty. */
export function exchangeTypes(major: number): Registry {
  return major === 1 ? IKEV1_EXCHANGE_TYPES : major === 2 ? IKEV2_EXCHANGE_TYPES : NONE;
}

const NONE: Registry = {};
