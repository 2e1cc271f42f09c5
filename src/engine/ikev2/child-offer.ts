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

/** All of a CHILD_SA but its keys. */
export interface ChildPlan {
  readonly spiIn: number;
  readonly spiOut: number;
  readonly mode: 'tunnel' | 'transport';
  readonly localSelectors: readonly AddressSelector[];
  readonly remoteSelectors: readonly AddressSelector[];
  readonly compression?: NonNullable<ChildSa['compression']>;
  readonly noTfcPadding: boolean;
}
