import type { Secret } from '../bytes/secret.js';
import type { ConfigDialect, Sourced } from '../model/connection.js';

/** What a secret is for. `private-key`: a key in a file or in the text itself; `ppk`: post-quantum preshared key (RFC 8784). */
export type SecretKind = 'psk' | 'ppk' | 'xauth' | 'eap' | 'ntlm' | 'private-key' | 'pkcs12' | 'pin' | 'unknown';

/** Facts about a secret that reveal next to nothing of it. */
export interface SecretStrength {
  /** Bytes that go into the key derivation: after quotes, `0x` and `0s` are taken off. */
  readonly bytes: number;
  /** Estimate from the characters used, repetitions and sequences; an upper bound, not a measure. */
  readonly entropyBits: number;
  /** `guessable`: a word list finds it; `weak`: under 60 bits; `fair`: under 112; `strong`. */
  readonly grade: 'guessable' | 'weak' | 'fair' | 'strong';
  /** Why, without quoting it: `is a word of the manual`, `one character repeated`. */
  readonly reasons: readonly string[];
}

/** One entry of ipsec.secrets or of the secrets section of swanctl.conf. The secret itself never prints. */
export interface SecretEntry {
  readonly dialect: ConfigDialect;
  readonly file: string;
  readonly line: number;
  readonly kind: SecretKind;
  /** The keyword as written: `RSA`, `PSK`, `ike-1`, `P12`. */
  readonly keyword: string;
  /** Identities it is for, as written; empty: for any. */
  readonly selectors: readonly Sourced<string>[];
  /** Absent where it is in another file, asked for at the prompt, or could not be read. */
  readonly secret?: Secret;
  /** Of `secret`, for kinds that people choose (psk, xauth, eap). */
  readonly strength?: SecretStrength;
  /** File of the private key or container, as written. */
  readonly keyFile?: Sourced<string>;
  /** The passphrase of `keyFile` is asked for (`%prompt`). */
  readonly prompted?: true;
}
