import type { KeyExchange, KeyExchangeHalf } from '../../crypto/key-exchange/key-exchange.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { ChildSettings } from '../ike/settings.js';
import type { ChildSuite, IkeSuite } from '../ike/suite.js';
import type { Path } from '../step.js';
import type { ChildOffer, ChildPlan } from './child-offer.js';
import type { Established } from './state.js';

/** What waits to be requested on an established IKE SA: the user's commands and our own. `tries`: times the peer put it off. */
export type Job = { readonly tries?: number } & (
  | { readonly kind: 'create-child'; readonly child: ChildSettings }
  | { readonly kind: 'rekey-child'; readonly spiIn: number; readonly child?: ChildSettings }
  | { readonly kind: 'rekey-ike' }
  | { readonly kind: 'liveness' }
  | { readonly kind: 'update-addresses' }
  /** RFC 4555 §3.7: does the peer really hear us at its new address? */
  | { readonly kind: 'routability' }
  | { readonly kind: 'delete-child'; readonly spiIn: number }
  /** The peer made one that we cannot have. */
  | { readonly kind: 'delete-orphan'; readonly spiIn: number; readonly protocol: 'esp' | 'ah' }
  | { readonly kind: 'delete-ike' }
);

/** Both nonces of an exchange: of two that collide, the one with the lowest of all four loses (RFC 7296 §2.8.1). */
export interface Nonces {
  readonly i: Uint8Array;
  readonly r: Uint8Array;
}

/** The peer rekeyed the same CHILD_SA while our request was out. */
export interface ChildRival {
  /** The one that its exchange made. */
  readonly spiIn: number;
  readonly nonces: Nonces;
}

/** The peer rekeyed the same IKE SA while our request was out. */
export interface IkeRival {
  /** The one that its exchange made, not in use before it is clear which one stays. */
  readonly sa: Established;
  readonly nonces: Nonces;
}

/** A CHILD_SA asked for by us. */
export interface ChildTask {
  readonly kind: 'child';
  readonly job: Extract<Job, { kind: 'create-child' | 'rekey-child' }>;
  readonly offer: ChildOffer;
  readonly nonce: Uint8Array;
  /** With PFS. */
  readonly half?: KeyExchangeHalf;
  readonly group?: number;
  /** Our SPI of the one it replaces. */
  readonly rekeys?: number;
  readonly restarts: number;
  readonly rival?: ChildRival;
}

/** An IKE SA asked for by us. */
export interface IkeTask {
  readonly kind: 'ike';
  readonly job: Extract<Job, { kind: 'rekey-ike' }>;
  readonly spi: Uint8Array;
  readonly proposals: readonly Proposal[];
  readonly nonce: Uint8Array;
  readonly half: KeyExchangeHalf;
  readonly group: number;
  readonly restarts: number;
  readonly rival?: IkeRival;
}

/** A CHILD_SA of a CREATE_CHILD_SA of which everything is agreed. */
export interface NewChild {
  readonly plan: ChildPlan;
  readonly suite: ChildSuite;
  readonly settings: ChildSettings;
  readonly nonces: Nonces;
  readonly shared: readonly Uint8Array[];
  /** Whether the exchange was ours. */
  readonly initiator: boolean;
  /** Our SPI of the one it replaces. */
  readonly rekeys?: number;
}

/** An IKE SA of a CREATE_CHILD_SA of which everything is agreed. */
export interface MadeIke {
  readonly suite: IkeSuite;
  readonly spiI: Uint8Array;
  readonly spiR: Uint8Array;
  readonly nonces: Nonces;
  /** SK(0), and those of additional key exchanges. */
  readonly shared: readonly Uint8Array[];
  /** Whether the exchange was ours: then we are the original initiator of the new one. */
  readonly initiator: boolean;
}

/** What an exchange makes, with the secrets that there are so far. */
export type Made = ({ readonly kind: 'child' } & NewChild) | ({ readonly kind: 'ike' } & MadeIke);

/** Additional key exchanges behind a CREATE_CHILD_SA (RFC 9370 §2.2.4). */
export interface FollowUp {
  readonly made: Made;
  /** Those still to be done. */
  readonly rest: readonly KeyExchange[];
  /** Data of ADDITIONAL_KEY_EXCHANGE that ties the exchanges together. */
  readonly link: Uint8Array;
}

/** What the peer's rekeying of the IKE SA made while ours is out. */
export function ikeRivalOf(task: Task | undefined): IkeRival | undefined {
  const own = task?.kind === 'follow-up' ? task.task : task;
  return own?.kind === 'ike' ? own.rival : undefined;
}

/** Our request that is out on an established IKE SA, and what its answer will be used for. */
export type Task =
  | ChildTask
  | IkeTask
  | { readonly kind: 'follow-up'; readonly half: KeyExchangeHalf; readonly follow: FollowUp; readonly task: ChildTask | IkeTask }
  | { readonly kind: 'liveness'; readonly sentAt: number }
  | { readonly kind: 'update-addresses'; readonly previous: Path }
  | { readonly kind: 'routability'; readonly cookie: Uint8Array }
  | { readonly kind: 'delete-child'; readonly spiIn: number }
  | { readonly kind: 'delete-orphan'; readonly spiIn: number };
