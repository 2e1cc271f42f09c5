import type { Encapsulation, Endpoint, Malformed, Timestamp } from './packet.js';

/** A transform or, in IKEv1, the attributes of one, in the field's words. */
export interface TransformFacts {
  /** `ENCR`, `PRF`, `INTEG`, `KE`, `SN`; IKEv1 also `HASH`, `AUTH`, `GROUP`, `LIFE`, `MODE`. */
  readonly type: string;
  /** IANA name, with the key length where it has one: `AES_CBC_256`. */
  readonly name: string;
  readonly id: number;
  /** Bits. */
  readonly keyLength?: number;
}

export interface ProposalFacts {
  readonly number: number;
  /** `IKE`, `ESP`, `AH`, `IPCOMP`. */
  readonly protocol: string;
  /** `0x…`, empty when none. */
  readonly spi: string;
  readonly transforms: readonly TransformFacts[];
}

export interface NotifyFacts {
  readonly type: number;
  /** `NO_PROPOSAL_CHOSEN` (v2 and v1 in the spelling of their RFC). */
  readonly name: string;
  readonly isError: boolean;
  /** SPIs it is about. */
  readonly spi?: string;
  /** Decoded data in words: `group 19 (ECP_256)`. */
  readonly detail?: string;
  /** The number in a two-byte datum, e.g. the group of INVALID_KE_PAYLOAD. */
  readonly value?: number;
}

export interface IdentityFacts {
  /** `ID_IPV4_ADDR`, `ID_FQDN`, … */
  readonly type: string;
  readonly value: string;
}

export interface SelectorFacts {
  /** `10.1.0.0/16`, `10.1.0.5-10.1.0.9`, with `[tcp/80]` behind it where narrowed. */
  readonly text: string;
}

/** One IKE message as it stands in the capture. Retransmissions are messages of their own. */
export interface IkeMessageFacts extends Timestamp {
  /** Frame that completed it. */
  readonly frame: number;
  /** Sent by the original initiator of the IKE SA. */
  readonly fromInitiator: boolean;
  readonly src: Endpoint;
  readonly dst: Endpoint;
  readonly encapsulation: Encapsulation;
  /** RFC's name of the exchange, e.g. `IKE_AUTH`, `Quick Mode`. */
  readonly exchange: string;
  readonly exchangeType: number;
  readonly messageId: number;
  /** v2: the R flag. v1: an answer as far as order tells. */
  readonly response: boolean;
  /** Bytes of the IKE message from the first SPI; of all its fragments together when fragmented. */
  readonly length: number;
  /** UDP datagram came in IP fragments. */
  readonly ipFragments: number;
  /** RFC 7383 (`skf`), Cisco or Microsoft fragment of the message, when it is one. */
  readonly fragment?: { readonly kind: 'skf' | 'cisco' | 'microsoft'; readonly number: number; readonly total?: number };
  /** An encrypted payload is there. */
  readonly encrypted: boolean;
  /** It was opened with a key given. */
  readonly decrypted: boolean;
  /** Names in order, `N(NO_PROPOSAL_CHOSEN)` for notifies, what is inside SK included when decrypted. */
  readonly payloads: readonly string[];
  readonly notifies: readonly NotifyFacts[];
  /** Frame of the first copy when this is a retransmission. */
  readonly retransmissionOf?: number;
  readonly malformed?: Malformed;
}

/** Requests and replies with one message id (v1: one exchange). */
export interface ExchangeFacts {
  readonly exchange: string;
  readonly messageId: number;
  readonly fromInitiator: boolean;
  /** Frames of the distinct messages, in order. */
  readonly frames: readonly number[];
  /** Copies sent besides the first, and how far they lie apart in seconds. */
  readonly retransmissions: number;
  readonly retransmitIntervals: readonly number[];
  readonly answered: boolean;
  /** Seconds from the first request to the reply. */
  readonly roundTrip?: number;
}

/** A CHILD_SA or IKEv1 phase 2 pair as far as visible. */
export interface ChildFacts {
  readonly frame: number;
  readonly protocol: string;
  readonly spiInitiator?: string;
  readonly spiResponder?: string;
  readonly mode?: string;
  readonly offered: readonly ProposalFacts[];
  readonly chosen?: ProposalFacts;
  readonly pfsGroup?: string;
  readonly selectorsInitiator: readonly SelectorFacts[];
  readonly selectorsResponder: readonly SelectorFacts[];
  readonly rekeys?: string;
  /** Seconds and kilobytes offered (v1). */
  readonly lifetimes: readonly string[];
  readonly outcome: 'established' | 'refused' | 'hidden' | 'unanswered';
}

export interface NatFacts {
  /** NAT-D hashes were there and could be recomputed. */
  readonly checked: boolean;
  /** Undefined where the capture does not tell. */
  readonly initiatorBehindNat?: boolean;
  readonly responderBehindNat?: boolean;
  /** The traffic moved to UDP 4500. */
  readonly floated: boolean;
  /** e.g. `RFC 3947`, `draft-ietf-ipsec-nat-t-ike-02`, `RFC 7296`. */
  readonly method?: string;
  readonly text: string;
}

/** One IKE SA (or the attempt at one) and all that was seen of it. */
export interface IkeSession {
  readonly protocol: 'ikev1' | 'ikev2';
  /** `0x` + 16 digits. */
  readonly spiI: string;
  /** All zeroes when no responder SPI was ever seen. */
  readonly spiR: string;
  readonly initiator: Endpoint;
  readonly responder: Endpoint;
  readonly firstTime: Timestamp;
  readonly lastTime: Timestamp;
  /** `established`: authenticated as far as the wire shows; `failed`: refused or given up; `incomplete`: the capture ends or starts in between. */
  readonly outcome: 'established' | 'failed' | 'incomplete';
  /** Where it stopped, in words, when it did not come up: `IKE_AUTH request unanswered after 4 retransmissions`. */
  readonly stoppedAt?: string;
  /** v1: `Main`, `Aggressive`. */
  readonly mode?: string;
  /** The first message is missing: the capture begins in the middle. */
  readonly startsMidway: boolean;
  readonly messages: readonly IkeMessageFacts[];
  readonly exchanges: readonly ExchangeFacts[];
  readonly offered: readonly ProposalFacts[];
  readonly chosen?: ProposalFacts;
  /** Groups of the KE payloads in the initiator's first messages, in order sent. */
  readonly keGroups: readonly { readonly frame: number; readonly group: number; readonly name: string }[];
  readonly identityInitiator?: IdentityFacts;
  readonly identityResponder?: IdentityFacts;
  /** Subjects of certificates seen. */
  readonly certificates: readonly {
    readonly frame: number;
    readonly fromInitiator: boolean;
    readonly subject: string;
    readonly issuer: string;
    readonly validFrom: string;
    readonly validTo: string;
  }[];
  readonly authMethods: { readonly initiator?: string; readonly responder?: string };
  readonly vendorIds: { readonly initiator: readonly string[]; readonly responder: readonly string[] };
  readonly nat: NatFacts;
  /** v2: both sent IKEV2_FRAGMENTATION_SUPPORTED; v1: both sent the fragmentation vendor id. */
  readonly fragmentation: { readonly initiator: boolean; readonly responder: boolean };
  /** Phase 1 lifetimes offered (v1), e.g. `86400 s`. */
  readonly lifetimes: readonly string[];
  readonly children: readonly ChildFacts[];
  readonly deletes: readonly {
    readonly frame: number;
    readonly fromInitiator: boolean;
    readonly protocol: string;
    readonly spis: readonly string[];
  }[];
  /** Message table overflowed: facts are complete, `messages` holds the first and last ones. */
  readonly messagesDropped: number;
}
