import type { Offer } from '../effective/offer.js';
import type { SelectorNetworks } from '../effective/selectors.js';

/** One thing that is to be otherwise, whatever language it is then written in. */
export type Change =
  | { readonly kind: 'ike-version'; readonly value: 'ikev1' | 'ikev2' }
  | { readonly kind: 'aggressive'; readonly value: boolean }
  | { readonly kind: 'auth'; readonly value: 'psk' | 'pubkey'; readonly side: 'local' | 'remote' | 'both' }
  /** The secret of this end is to be that of the other: it is never written. `proof`: of one direction, whose proof it is. */
  | { readonly kind: 'secret'; readonly proof?: 'local' | 'remote' }
  | { readonly kind: 'local-id' | 'remote-id' | 'remote-address'; readonly value: string }
  | { readonly kind: 'ike-proposals'; readonly offer: Offer; readonly version: 'ikev1' | 'ikev2' }
  /** `groups`: those of PFS, where they are to be others as well; none: without. They may stand in the same line. */
  | { readonly kind: 'esp-proposals'; readonly offer: Offer; readonly version: 'ikev1' | 'ikev2'; readonly groups?: readonly number[] }
  /** No group: without PFS. `offer`: what else stands in the proposal. */
  | { readonly kind: 'pfs'; readonly group: number | undefined; readonly offer: Offer | undefined }
  | { readonly kind: 'ike-lifetime' | 'child-lifetime'; readonly seconds: number }
  | { readonly kind: 'nat-traversal' | 'compress'; readonly value: boolean }
  | { readonly kind: 'truncation'; readonly value: boolean }
  | { readonly kind: 'mode'; readonly value: 'tunnel' | 'transport' }
  | { readonly kind: 'protocol'; readonly value: 'esp' | 'ah'; readonly offer: Offer | undefined }
  /** `apart`: each pair wants an SA of its own, also where the language could say several in one connection. */
  | { readonly kind: 'selectors'; readonly pairs: readonly SelectorNetworks[]; readonly apart?: boolean }
  /** Seconds; 0: off. */
  | { readonly kind: 'dpd'; readonly delay: number; readonly timeout: number }
  | { readonly kind: 'start' }
  /** OpenVPN: this line instead of the options named; no text: without any of them. */
  | { readonly kind: 'option'; readonly replaces: readonly string[]; readonly text: string | undefined }
  | { readonly kind: 'line'; readonly file: string; readonly line: number; readonly text: string };

/** A corrected line. `behind`: a new line below that one; `replace`: instead of it; `delete`: gone. Lines count from 1. */
export interface Edit {
  readonly file: string;
  readonly line: number;
  readonly how: 'replace' | 'behind' | 'delete';
  /** May hold several lines. */
  readonly text: string;
  /** Other connections that have the line too: it is changed for them as well. */
  readonly others?: readonly string[];
}
