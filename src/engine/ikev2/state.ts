import type { Secret } from '../../bytes/secret.js';
import type { KeyExchangeHalf } from '../../crypto/key-exchange/key-exchange.js';
import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import type { EapClientState } from '../eap/client.js';
import type { EapServerState } from '../eap/server.js';
import type { ChildRecord } from '../ike/children.js';
import type { NatVerdict } from '../ike/nat-hash.js';
import type { Role } from '../ike/role.js';
import type { IkeSettings } from '../ike/settings.js';
import type { IkeSuite } from '../ike/suite.js';
import type { Refusal } from '../refusal.js';
import type { Path } from '../step.js';
import type { ChildOffer } from './child-offer.js';
import type { Reassembly } from './fragments.js';
import type { Incoming } from './incoming.js';
import type { Protection } from './message-crypt.js';
import type { FollowUp, Job, Task } from './task.js';
import type { Window } from './window.js';

/** What every IKE SA has in every state. */
export interface SaBase {
  /** One of its own in this endpoint: names its timers. */
  readonly number: number;
  readonly role: Role;
  readonly spiI: Uint8Array;
  /** Zeroes before the responder's first answer. */
  readonly spiR: Uint8Array;
  readonly settings: IkeSettings;
  readonly path: Path;
  readonly window: Window;
  /** Error notifies that came without protection: anybody could have sent them, so they only help to explain a timeout. */
  readonly hearsay: readonly number[];
  /** The user wants it gone as soon as it can be deleted properly. */
  readonly closing: boolean;
}

/** What the peer announced in IKE_SA_INIT. */
export interface PeerFacts {
  readonly fragmentation: boolean;
  /** SIGNATURE_HASH_ALGORITHMS. */
  readonly hashes?: readonly number[];
  readonly childless: boolean;
  readonly usePpk: boolean;
  /** Hashes of its trusted authorities from CERTREQ, as far as known. */
  readonly requested: readonly Uint8Array[];
}

/** What has keys. */
export interface SecuredSa extends SaBase {
  readonly suite: IkeSuite;
  readonly keys: Ikev2Keys;
  readonly protection: Protection;
  readonly peer: PeerFacts;
  readonly nat: NatVerdict;
  readonly reassembly?: Reassembly;
}

/** What AUTH is computed over (RFC 7296 §2.15, RFC 9242 §3.3). */
export interface Transcript {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly messageI: Uint8Array;
  readonly messageR: Uint8Array;
  /** IntAuth of both ends up to now, and how many IKE_INTERMEDIATE exchanges there were. */
  readonly intermediate?: { readonly i: Uint8Array; readonly r: Uint8Array; readonly rounds: number };
}

/** Initiator: IKE_SA_INIT is out. */
export interface ExpectInitReply extends SaBase {
  readonly kind: 'expect-init-reply';
  readonly message: Uint8Array;
  readonly nonce: Uint8Array;
  readonly group: number;
  readonly half: KeyExchangeHalf;
  readonly offered: readonly Proposal[];
  readonly cookie?: Uint8Array;
  /** Cookies and groups that the peer made us send again: bounded. */
  readonly restarts: number;
  readonly wantedGroups: readonly number[];
}

/** Initiator: an IKE_INTERMEDIATE with a further key exchange is out. */
export interface ExpectIntermediateReply extends SecuredSa {
  readonly kind: 'expect-intermediate-reply';
  readonly transcript: Transcript;
  readonly index: number;
  readonly half: KeyExchangeHalf;
  /** What IntAuth covers of the request. */
  readonly request: readonly Uint8Array[];
}

/** What the initiator has to remember across all rounds of IKE_AUTH. */
export interface InitiatorAuth {
  readonly transcript: Transcript;
  readonly id: Id;
  readonly offer?: ChildOffer;
  /** How we proved ourselves, in words. */
  readonly method: string;
  /** With a postquantum key in them, where it was offered (RFC 8784 §3). */
  readonly ppkKeys?: Ikev2Keys;
}

/** What EAP has given when it is over, and what the responder showed before. */
export interface EapResult {
  readonly msk?: Secret;
  readonly idR: Id;
  /** Its AUTH of the first answer was judged already. */
  readonly judged: boolean;
}

/** Initiator: the request that holds our AUTH is out. */
export interface ExpectAuthReply extends SecuredSa {
  readonly kind: 'expect-auth-reply';
  readonly auth: InitiatorAuth;
  readonly eap?: EapResult;
}

/** Initiator: a request without AUTH is out, or the TLS stack is asked (then none is out). */
export interface ExpectEapReply extends SecuredSa {
  readonly kind: 'expect-eap-reply';
  readonly auth: InitiatorAuth;
  readonly client: EapClientState;
  /** Known from the first answer on. */
  readonly shown?: Pick<EapResult, 'idR' | 'judged'>;
}

/** Responder: IKE_SA_INIT is answered. */
export interface ExpectAuthRequest extends SecuredSa {
  readonly kind: 'expect-auth-request';
  readonly transcript: Transcript;
  /** Additional key exchanges done. */
  readonly exchanged: number;
}

/** What the responder has to remember of the first IKE_AUTH while EAP runs. */
export interface ResponderAuth {
  readonly transcript: Transcript;
  readonly idI: Id;
  readonly id: Id;
  /** The first request: CHILD_SA, selectors, configuration. */
  readonly first: Incoming;
}

/** Responder: EAP runs; the next message, or the TLS stack, is awaited. */
export interface ExpectEapResponse extends SecuredSa {
  readonly kind: 'expect-eap-response';
  readonly auth: ResponderAuth;
  readonly server: EapServerState;
}

/** Responder: EAP has succeeded, the initiator's AUTH with its key is awaited. */
export interface ExpectEapAuth extends SecuredSa {
  readonly kind: 'expect-eap-auth';
  readonly auth: ResponderAuth;
  readonly msk?: Secret;
}

/** Both ends are proved. */
export interface Established extends SecuredSa {
  readonly kind: 'established';
  readonly localId: Id;
  readonly remoteId: Id;
  readonly mobike: boolean;
  readonly children: ReadonlyMap<number, ChildRecord>;
  /** Our request that is out. */
  readonly task?: Task;
  /** What is to be requested next. */
  readonly queue: readonly Job[];
  /** What the peer put off (TEMPORARY_FAILURE): again when the timer `retry` goes off. */
  readonly deferred: readonly Job[];
  /** The peer's exchange whose further key exchanges are awaited (RFC 9370 §2.2.4). */
  readonly follow?: FollowUp;
  /** The peer's SPIs of CHILD_SAs that it deleted before we had its answer that makes them. */
  readonly buried?: readonly number[];
  /** Addresses that we gave to the peer: its selectors. */
  readonly assigned?: readonly AddressSelector[];
  /** Number of the IKE SA that this one replaced, which may linger. */
  readonly replaces?: number;
  /** When the last authentic message came. */
  readonly heardAt: number;
}

/** Its deletion is out, or expected from the peer: it only answers. */
export interface Closing extends SecuredSa {
  readonly kind: 'closing';
  readonly children: ReadonlyMap<number, ChildRecord>;
  /** `ike-down` was said already. */
  readonly told: boolean;
  readonly refusal?: Refusal;
}

export type IkeSa =
  | ExpectInitReply
  | ExpectIntermediateReply
  | ExpectAuthReply
  | ExpectEapReply
  | ExpectAuthRequest
  | ExpectEapResponse
  | ExpectEapAuth
  | Established
  | Closing;
