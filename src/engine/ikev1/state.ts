import type { CipherKey } from '../../crypto/cipher.js';
import type { KeyExchangeHalf } from '../../crypto/key-exchange/key-exchange.js';
import type { Ikev1Keys } from '../../keymat/ikev1.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { SaV1 } from '../../wire/ike/payloads/sa-v1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import type { ChildSa } from '../child-sa.js';
import type { ChildRecord } from '../ike/children.js';
import type { NatVerdict } from '../ike/nat-hash.js';
import type { Role } from '../ike/role.js';
import type { ChildSettings } from '../ike/settings.js';
import type { Refusal } from '../refusal.js';
import type { Path } from '../step.js';
import type { GroupAlias } from './happenings.js';
import type { PeerFacts } from './peer-facts.js';
import type { Phase1Suite } from './phase1-suite.js';
import type { Phase2Lifetime, Phase2Way } from './phase2-suite.js';
import type { Sending } from './sending.js';
import type { Ikev1Settings } from './settings.js';

/** What every SA has in every state. Its cookies bear the names of IKEv2's SPIs. */
export interface SaBase {
  /** One of its own in this endpoint: names its timers. */
  readonly number: number;
  readonly role: Role;
  readonly exchange: 'main' | 'aggressive';
  readonly spiI: Uint8Array;
  /** Zeroes before the responder's first answer. */
  readonly spiR: Uint8Array;
  readonly settings: Ikev1Settings;
  readonly path: Path;
  /** Error notifies that came without protection: anybody could have sent them, so they only help to explain a timeout. */
  readonly hearsay: readonly number[];
  /** Encrypted messages that our keys do not open: they may tell a wrong pre-shared key. */
  readonly garbled: number;
  /** The last message of phase 1 that we sent. */
  readonly sending: Sending;
  /** Number of the SA that this one shall take the place of. */
  readonly replaces?: number;
}

/** What was offered for phase 1, as sent: HASH_I and HASH_R cover its bytes. */
export interface Phase1Offer {
  readonly sa: SaV1;
  readonly body: Uint8Array;
}

/** The exchange of keys, as both ends see it. */
export interface Phase1Values {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly keI: Uint8Array;
  readonly keR: Uint8Array;
  /** g^xy. */
  readonly shared: Uint8Array;
}

/** What protects messages. */
export interface Protection {
  readonly suite: Phase1Suite;
  readonly keys: Ikev1Keys;
  readonly key: CipherKey;
  /** Last block of phase 1 so far, or its first IV: what the next IV comes from (RFC 2409 appendix B). */
  readonly chain: Uint8Array;
}

/** What has keys. */
export interface SecuredSa extends SaBase, Protection {
  readonly offer: Phase1Offer;
  readonly values: Phase1Values;
  readonly peer: PeerFacts;
  readonly nat: NatVerdict;
}

/** Initiator: message 1 of main mode is out. */
export interface ExpectMain2 extends SaBase {
  readonly kind: 'expect-main-2';
  readonly offer: Phase1Offer;
}

/** Initiator: message 3 is out. */
export interface ExpectMain4 extends SaBase {
  readonly kind: 'expect-main-4';
  readonly offer: Phase1Offer;
  readonly suite: Phase1Suite;
  readonly peer: PeerFacts;
  readonly nonce: Uint8Array;
  readonly half: KeyExchangeHalf;
}

/** Initiator: message 5 is out. */
export interface ExpectMain6 extends SecuredSa {
  readonly kind: 'expect-main-6';
  readonly localId: Id;
}

/** Responder: message 2 is out. */
export interface ExpectMain3 extends SaBase {
  readonly kind: 'expect-main-3';
  readonly offer: Phase1Offer;
  readonly suite: Phase1Suite;
  readonly peer: PeerFacts;
}

/** Responder: message 4 is out. Which pre-shared key it will be shows when message 5 is opened. */
export interface ExpectMain5 extends SaBase {
  readonly kind: 'expect-main-5';
  readonly offer: Phase1Offer;
  readonly suite: Phase1Suite;
  readonly peer: PeerFacts;
  readonly values: Phase1Values;
  readonly nat: NatVerdict;
}

/** Initiator: message 1 of aggressive mode is out. */
export interface ExpectAggressive2 extends SaBase {
  readonly kind: 'expect-aggressive-2';
  readonly offer: Phase1Offer;
  readonly nonce: Uint8Array;
  readonly half: KeyExchangeHalf;
  readonly localId: Id;
}

/** Responder: message 2 is out. */
export interface ExpectAggressive3 extends SecuredSa {
  readonly kind: 'expect-aggressive-3';
  readonly localId: Id;
  readonly remoteId: Id;
  readonly idBodyI: Uint8Array;
}

/** Our quick mode, waiting for its second message. */
export interface QuickOffered {
  readonly kind: 'offered';
  readonly messageId: number;
  readonly spiIn: number;
  readonly sending: Sending;
  /** Last block of the exchange. */
  readonly chain: Uint8Array;
  readonly settings: ChildSettings;
  readonly ways: readonly Phase2Way[];
  /** Our CPI, where we asked for IPComp. */
  readonly cpiIn?: number;
  readonly local: AddressSelector;
  readonly remote: AddressSelector;
  readonly nonce: Uint8Array;
  readonly half?: KeyExchangeHalf;
  readonly group?: number;
  /** Our SPI of the child that it replaces. */
  readonly replaces?: number;
  readonly startedAt: number;
}

/** The peer's quick mode, waiting for its third message. */
export interface QuickAnswered {
  readonly kind: 'answered';
  readonly messageId: number;
  readonly spiIn: number;
  readonly sending: Sending;
  readonly chain: Uint8Array;
  readonly settings: ChildSettings;
  readonly child: ChildSa;
  readonly lifetime: Phase2Lifetime;
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
}

/** Ours, answered with the commit bit: the peer has yet to say that its SAs are there (RFC 2408 §3.1). */
export interface QuickCommitting {
  readonly kind: 'committing';
  readonly messageId: number;
  readonly spiIn: number;
  /** The third message, which goes out until then. */
  readonly sending: Sending;
  readonly chain: Uint8Array;
  readonly child: ChildSa;
  readonly origin: ChildOrigin;
  readonly startedAt: number;
}

/** What a child is made of besides itself. */
export interface ChildOrigin {
  readonly settings: ChildSettings;
  /** That both ends agreed on. */
  readonly lifetime: Phase2Lifetime;
  readonly replaces?: number;
}

/** One that is through: its last message is kept, to be sent again when the peer has not got it. */
export interface QuickDone {
  readonly kind: 'done';
  readonly messageId: number;
  readonly sending: Sending;
}

/** A transaction of ours that waits for its reply, or the peer's that we have answered. */
export interface Transaction {
  readonly kind: 'xauth' | 'xauth-status' | 'config' | 'config-push' | 'new-group' | 'answered';
  readonly messageId: number;
  readonly identifier: number;
  readonly sending: Sending;
  /** Last block of the exchange. */
  readonly chain: Uint8Array;
  /** With `xauth`: what the user's answer is to be made of, where its password is not asked for. */
  readonly challenge?: Uint8Array;
  /** With `new-group`: what the group shall be called. */
  readonly group?: GroupAlias;
  /** With `xauth-status`: whether the user may come in, and why not. */
  readonly refusal?: Refusal;
}

/** What still stands between phase 1 and its use: XAuth, then an address, then the word that it is up. */
export type Gate = 'xauth' | 'config' | 'ready';

export type QuickMode = QuickOffered | QuickAnswered | QuickCommitting | QuickDone;

/** A question whether the peer lives that is out (RFC 3706 §5.3). */
export interface Question {
  readonly sequence: number;
  readonly sentAt: number;
  readonly times: number;
  readonly wait: number;
}

/** Both ends are proved. */
export interface Established extends SecuredSa {
  readonly kind: 'established';
  readonly localId: Id;
  readonly remoteId: Id;
  readonly children: ReadonlyMap<number, ChildRecord>;
  /** By message ID. */
  readonly quick: ReadonlyMap<number, QuickMode>;
  /** By message ID. */
  readonly transactions: ReadonlyMap<number, Transaction>;
  readonly gate?: Gate;
  /** The peer's user, once XAuth has proved it: several may have one identity. */
  readonly user?: string;
  /** The peer said that this is its first contact; believed when its user is proved. */
  readonly firstContact?: true;
  /** Of new group mode, by the number agreed on. */
  readonly groups?: ReadonlyMap<number, number>;
  /** Addresses given by mode config: ours as the initiator, the peer's as the responder. */
  readonly assigned?: readonly AddressSelector[];
  readonly question?: Question;
  /** Number of the phase 1 that we have begun in its place. */
  readonly successor?: number;
  /** The last sequence number of our R-U-THERE. */
  readonly sequence: number;
  /** When the last authentic message came. */
  readonly heardAt: number;
}

export type Ikev1Sa =
  | ExpectMain2
  | ExpectMain4
  | ExpectMain6
  | ExpectMain3
  | ExpectMain5
  | ExpectAggressive2
  | ExpectAggressive3
  | Established;

/** Why something is refused, and which notify tells the peer. */
export interface Rejection {
  readonly refusal: Refusal;
  readonly notify: number;
}
