import type { SelectorPair, Sourced } from '../../model/connection.js';
import type { CryptoMapEntry } from './crypto-maps.js';

/** What negotiates one tunnel with one peer: an entry of a crypto map, or a tunnel interface with the profile that protects it. */
export interface TunnelEntry {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** `set peer 192.0.2.1`, of the entry or of the profile. */
  readonly commands: CryptoMapEntry['commands'];
  /** `%any` where whoever comes is taken. */
  readonly peer: Sourced<string>;
  /** Interfaces on which its peer comes in: names as the platform has them. */
  readonly interfaces: readonly Sourced<string>[];
  /** Of these interfaces, as far as they are written down. */
  readonly addresses: readonly Sourced<string>[];
  readonly pairs: readonly SelectorPair[];
  /** `tunnel mode …`, `tunnel key …`: what an interface has that no entry of a crypto map has. */
  readonly other: readonly { readonly key: string; readonly value: Sourced<string> }[];
  /** The crypto map that it is an entry of. */
  readonly map?: string;
}
