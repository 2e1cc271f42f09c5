import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import type { ChildSa } from '../child-sa.js';
import type { ChildSettings } from '../ike/settings.js';

/** What we offered for a CHILD_SA, while the answer is out. */
export interface ChildOffer {
  readonly settings: ChildSettings;
  readonly spiIn: number;
  /** As sent, our SPI in them. */
  readonly proposals: readonly Proposal[];
  readonly localSelectors: readonly AddressSelector[];
  readonly remoteSelectors: readonly AddressSelector[];
  /** Our CPI, where we asked for IPComp. */
  readonly cpiIn?: number;
}

/** A CHILD_SA that stands. */
export interface ChildRecord {
  readonly sa: ChildSa;
  /** What to ask for when it is rekeyed. */
  readonly settings: ChildSettings;
  /** Another one has taken its place, or it is being deleted: it only waits for its end. */
  readonly replaced: boolean;
  /** When we rekey it by ourselves, and when it is over, by the clock of `now`. */
  readonly rekeyAt?: number;
  readonly expireAt?: number;
}
