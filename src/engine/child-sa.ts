import type { SaKeys } from '../keymat/esp.js';
import type { AddressSelector } from '../wire/ike/payloads/ts.js';

/** A pair of AH SAs around one of ESP. */
export interface AhLayer extends Pick<ChildSa, 'spiIn' | 'spiOut' | 'integrity' | 'esn' | 'keysIn' | 'keysOut'> {}

/** A pair of ESP or AH SAs as IKE made it: all that the ESP engine needs. The same for IKEv1 and IKEv2. */
export interface ChildSa {
  readonly protocol: 'esp' | 'ah';
  /** The peer sends with this one: we chose it. */
  readonly spiIn: number;
  /** We send with this one: the peer chose it. */
  readonly spiOut: number;
  /** IANA's name (crypto/ciphers.ts); absent for AH. */
  readonly encryption?: string;
  /** Bytes of cipher key, the salt not counted. */
  readonly keyLength: number;
  /** IANA's name (crypto/integrity.ts): `NONE` with combined ciphers. */
  readonly integrity: string;
  readonly esn: boolean;
  readonly keysIn: SaKeys;
  readonly keysOut: SaKeys;
  readonly mode: 'tunnel' | 'transport';
  /** Address ranges that may be the source of what we send. */
  readonly localSelectors: readonly AddressSelector[];
  readonly remoteSelectors: readonly AddressSelector[];
  /** `udp`: behind UDP 4500 or its like; `udp-ike`: on the port of IKE behind eight zeroes, as the first drafts had it; `tcp`: RFC 9329. */
  readonly encapsulation: 'none' | 'udp' | 'udp-ike' | 'tcp';
  /** IPComp (RFC 3173), where both agreed. */
  readonly compression?: { readonly algorithm: 'DEFLATE' | 'LZS' | 'LZJH'; readonly cpiIn: number; readonly cpiOut: number };
  /** AH around ESP (RFC 2408 §4.2, RFC 4301 §4.5), under the same SPI of ours. The packets are then AH's. */
  readonly ah?: AhLayer;
  /** Lifetime in kilobytes of what each direction protects (RFC 2407 §4.5), where one was agreed. */
  readonly kilobytes?: number;
  /** The peer asked us not to pad for traffic flow confidentiality (RFC 7296 §1.3.1). */
  readonly noTfcPadding: boolean;
  /** The Diffie-Hellman group that made its keys, by IANA number; absent without PFS. */
  readonly pfsGroup?: number;
}
