import type { PacketEnd } from './endpoint.js';
import type { Encapsulation, Malformed, Timestamp } from './packet.js';

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
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  readonly encapsulation: Encapsulation;
  /** RFC's name of the exchange, e.g. `IKE_AUTH`, `Quick Mode`. */
  readonly exchange: string;
  readonly exchangeType: number;
  readonly messageId: number;
  /** v2: the R flag. v1: an answer as far as order tells. */
  readonly response: boolean;
  /** Bytes of the IKE message from the first SPI on; of a fragment its own, see `whole`. */
  readonly length: number;
  /** UDP datagram came in IP fragments. */
  readonly ipFragments: number;
  /** RFC 7383 (`skf`), Cisco or Microsoft fragment of the message, when it is one. */
  readonly fragment?: { readonly kind: 'skf' | 'cisco' | 'microsoft'; readonly number: number; readonly total?: number };
  /** On the fragment that completed a message: frames of all its fragments in order of their numbers, bytes of all of them together. */
  readonly whole?: { readonly frames: readonly number[]; readonly length: number };
  /** An encrypted payload is there. */
  readonly encrypted: boolean;
  /** It was opened with a key given. */
  readonly decrypted: boolean;
  /**
   * Names in order, `N(NO_PROPOSAL_CHOSEN)` for notifies, what is inside SK included when decrypted. A fragment has only its own
   * (`SKF`, `FRAG`), the one that completes a message also what the whole contains.
   */
  readonly payloads: readonly string[];
  readonly notifies: readonly NotifyFacts[];
  /** Frame of the first copy when this is a retransmission. */
  readonly retransmissionOf?: number;
  /** The copy followed within 10 ms: the capture saw one packet twice (`-i any`, a mirror port), nobody sent it again. */
  readonly duplicate?: true;
  readonly malformed?: Malformed;
}

/** Requests and replies with one message id (v1: one exchange). */
export interface ExchangeFacts {
  readonly exchange: string;
  readonly messageId: number;
  readonly fromInitiator: boolean;
  /** Frames of the distinct messages, in order; of a fragmented one the frame that completed it. */
  readonly frames: readonly number[];
  /** Copies of requests and replies sent besides the first, and how far they lie apart in seconds. Duplicates of the capture do not count. */
  readonly retransmissions: number;
  readonly retransmitIntervals: readonly number[];
  /** The last message that wants a reply got it. */
  readonly answered: boolean;
  /** Nobody answers such a message: an IKEv1 Informational. `answered` is false then and means nothing. */
  readonly oneWay?: true;
  /** Seconds from the first request to the reply. */
  readonly roundTrip?: number;
}

/** Where a session that did not come up came to its end. */
export interface StopFacts {
  /**
   * `first-message`: nobody ever answered; `negotiation`: IKE_SA_INIT, main mode 1 to 4, aggressive 1 and 2; `authentication`: what
   * follows them, XAuth included; `child`: authenticated, the first CHILD_SA or quick mode did not come about.
   */
  readonly stage: 'first-message' | 'negotiation' | 'authentication' | 'child';
  /**
   * `unanswered`: sent once or more, no reply; `refused`: an error notify or a delete said no; `hidden`: size and direction of
   * something encrypted suggest a refusal; `abandoned`: the other side's turn was over and nothing more was sent.
   */
  readonly reason: 'unanswered' | 'refused' | 'hidden' | 'abandoned';
  readonly exchange: string;
  /** First copy of the message that got no reply, or the message that refused. */
  readonly frame: number;
  readonly fromInitiator: boolean;
  /** IKEv1: number within the exchange, 1 to 6 in main mode. */
  readonly messageNumber?: number;
  /** How often it was sent, the first time included. */
  readonly copies: number;
  /** Bytes from the first SPI on, of all fragments together. */
  readonly length: number;
  /** The largest number of IP fragments that one of its datagrams came in. */
  readonly ipFragments: number;
  /** IKE fragments it was sent in; 1 when not fragmented. */
  readonly ikeFragments: number;
  /** Port it was sent to. */
  readonly port?: number;
}

/** Something encrypted that, by size and direction, is an error message. What it says is hidden. */
export interface HiddenErrorFacts {
  readonly frame: number;
  readonly fromInitiator: boolean;
  /**
   * `auth-refused`: instead of the last message of authentication; `closed-at-once`: right behind it, from the end that had to
   * check it; `child-refused`: authentication fits, an SA payload does not.
   */
  readonly kind: 'auth-refused' | 'closed-at-once' | 'child-refused';
  /** Bytes of the IKE message. */
  readonly length: number;
  /** Bytes it would have with nothing but one notify inside, for the suite negotiated; absent where the suite is not known. */
  readonly notifyLength?: number;
  readonly text: string;
}

/** A CHILD_SA or IKEv1 phase 2 pair as far as visible. */
export interface ChildFacts {
  /** Of the request. */
  readonly frame: number;
  /** `ESP`, `AH`; with what goes with it, `ESP + IPCOMP`. `hidden` where only the exchange is seen. */
  readonly protocol: string;
  /**
   * SPI that the initiator of the IKE SA chose: it stands in packets to it, whoever asked for the child.
   * `0x` + 8 digits.
   */
  readonly spiInitiator?: string;
  /** SPI that the responder of the IKE SA chose. */
  readonly spiResponder?: string;
  /** The exchange was begun by the initiator of the IKE SA. */
  readonly fromInitiator?: boolean;
  readonly mode?: string;
  readonly offered: readonly ProposalFacts[];
  readonly chosen?: ProposalFacts;
  readonly pfsGroup?: string;
  readonly selectorsInitiator: readonly SelectorFacts[];
  readonly selectorsResponder: readonly SelectorFacts[];
  /** SPI of the CHILD_SA it replaces. */
  readonly rekeys?: string;
  /** Seconds and kilobytes offered (v1). */
  readonly lifetimes: readonly string[];
  readonly outcome: 'established' | 'refused' | 'hidden' | 'unanswered';
  /** Frame of the answer. */
  readonly answerFrame?: number;
  /** How often the request was sent, when it was more than once. */
  readonly copies?: number;
  /** What said no. `name` of the notify; absent when the refusal is encrypted and only its size and direction tell. */
  readonly refusal?: { readonly frame: number; readonly name?: string; readonly text: string };
  /** Refused, but asked again at once and answered: frame of that request. Normal where a group was wrong. */
  readonly retriedIn?: number;
}

/**
 * What the NAT detection hashes say of one end (RFC 7296 §2.23, RFC 3947 §3.2), seen from where the capture was taken.
 * `none`: no NAT before it; `nat`: a NAT is there; `forced`: its own hash is made to match nothing, no NAT is there;
 * `nat-or-forced`: its own hash matches nothing and what the peer hashed is no proof against it; `unknown`: not enough was seen.
 */
export type NatVerdict = 'none' | 'nat' | 'forced' | 'nat-or-forced' | 'unknown';

export interface NatFacts {
  /** NAT-D hashes were there and could be recomputed. */
  readonly checked: boolean;
  /** Undefined where the capture does not tell. */
  readonly initiatorBehindNat?: boolean;
  readonly responderBehindNat?: boolean;
  readonly initiator?: NatVerdict;
  readonly responder?: NatVerdict;
  /** The traffic moved to UDP 4500. */
  readonly floated: boolean;
  /** e.g. `RFC 3947`, `draft-ietf-ipsec-nat-t-ike-02`, `RFC 7296`. */
  readonly method?: string;
  readonly text: string;
}

/** A hash of phase 1 on which pre-shared keys were tried. */
export interface SecretCheckFacts {
  /** Of the message with the hash. */
  readonly frame: number;
  /** Whose it is: HASH_I or HASH_R. */
  readonly end: 'initiator' | 'responder';
  /** `psk.txt:1` of each secret that was tried. */
  readonly tried: readonly string[];
  /** That which makes it. */
  readonly madeBy?: string;
}

/** One IKE SA (or the attempt at one) and all that was seen of it. Optional facts are absent where there is nothing to say. */
export interface IkeSession {
  /** Counts from 1 in order of appearance, for references within one capture. */
  readonly id?: number;
  readonly protocol: 'ikev1' | 'ikev2';
  /** `0x` + 16 digits. */
  readonly spiI: string;
  /** All zeroes when no responder SPI was ever seen. */
  readonly spiR: string;
  readonly initiator: PacketEnd;
  readonly responder: PacketEnd;
  readonly firstTime: Timestamp;
  readonly lastTime: Timestamp;
  /**
   * `established`: authenticated as far as the wire shows, and its first CHILD_SA was not refused; `failed`: refused or given up, also
   * when the IKE SA came up and no CHILD_SA did; `incomplete`: the capture ends or starts in between.
   */
  readonly outcome: 'established' | 'failed' | 'incomplete';
  /** Where it stopped, in words, when it did not come up: `IKE_AUTH request unanswered after 4 retransmissions`. */
  readonly stoppedAt?: string;
  /** It only asked: nobody wanted it to come up, and nothing is wrong with it. */
  readonly question?: true;
  /** The same for rules. */
  readonly stop?: StopFacts;
  readonly hiddenError?: HiddenErrorFacts;
  /** Frame of the last message that answered one: until then both ends heard each other. */
  readonly lastAnswered?: number;
  /** v1: `Main`, `Aggressive`. */
  readonly mode?: string;
  /** The first message is missing: the capture begins in the middle. */
  readonly startsMidway: boolean;
  /** IKEv1 from the middle: cookies do not tell the roles, `initiator` is whoever sent the first message seen. */
  readonly rolesGuessed?: true;
  readonly messages: readonly IkeMessageFacts[];
  readonly exchanges: readonly ExchangeFacts[];
  readonly offered: readonly ProposalFacts[];
  readonly chosen?: ProposalFacts;
  /** Groups of the KE payloads in the initiator's first messages, in order sent. */
  readonly keGroups: readonly { readonly frame: number; readonly group: number; readonly name: string }[];
  readonly identityInitiator?: IdentityFacts;
  readonly identityResponder?: IdentityFacts;
  /** X.509 certificates seen, in order sent. */
  readonly certificates: readonly {
    readonly frame: number;
    readonly fromInitiator: boolean;
    /** `CN=moon, O=Example`. */
    readonly subject: string;
    readonly issuer: string;
    /** `2026-01-02T03:04:05.000Z`. */
    readonly validFrom: string;
    readonly validTo: string;
    /** `DNS:moon.example, IP Address:10.0.0.1`. */
    readonly altNames?: string;
    /** `RSA 2048`, `EC prime256v1`. */
    readonly key?: string;
  }[];
  /** CERT payloads with anything else in them, in words: hash and URL, raw keys, what could not be decoded. */
  readonly otherCertificates?: readonly { readonly frame: number; readonly fromInitiator: boolean; readonly text: string }[];
  /** IKEv1, where pre-shared keys were given: whether they make the hashes that could be read. The responder's, which comes first. */
  readonly secretChecks?: readonly SecretCheckFacts[];
  readonly authMethods: { readonly initiator?: string; readonly responder?: string };
  readonly vendorIds: { readonly initiator: readonly string[]; readonly responder: readonly string[] };
  readonly nat: NatFacts;
  /** v2: both sent IKEV2_FRAGMENTATION_SUPPORTED; v1: both sent the fragmentation vendor id. */
  readonly fragmentation: { readonly initiator: boolean; readonly responder: boolean };
  /** Sets of IKE fragments that never became whole. */
  readonly incompleteFragments?: readonly {
    readonly frame: number;
    readonly kind: 'skf' | 'cisco' | 'microsoft';
    readonly messageId: number;
    readonly fromInitiator: boolean;
    readonly have: number;
    /** Absent where the last fragment, which tells (IKEv1), is missing. */
    readonly total?: number;
  }[];
  /** Phase 1 lifetimes offered (v1), e.g. `86400 s`. */
  readonly lifetimes: readonly string[];
  readonly children: readonly ChildFacts[];
  /** Ends were seen under another address or port than before: NAT float, a new NAT mapping, MOBIKE. */
  readonly moves?: readonly {
    readonly frame: number;
    readonly end: 'initiator' | 'responder';
    readonly from: PacketEnd;
    readonly to: PacketEnd;
  }[];
  /** DPD of IKEv1 (decrypted), empty INFORMATIONAL requests of IKEv2 (decrypted, or of the very size of nothing). */
  readonly liveness?: { readonly probes: number; readonly answered: number; readonly unansweredFrames: readonly number[] };
  /** `method` as far as decrypted, e.g. `EAP-MSCHAPv2`. */
  readonly eap?: { readonly method?: string; readonly outcome: 'success' | 'failure' | 'unfinished' };
  /** Configuration payload or mode config: attributes asked for and given, `INTERNAL_IP4_ADDRESS 10.3.0.1`; XAuth status. */
  readonly configuration?: { readonly requested: readonly string[]; readonly given: readonly string[] };
  readonly mobike?: { readonly initiator: boolean; readonly responder: boolean; readonly updateFrames: readonly number[] };
  /** RFC 5685. */
  readonly redirect?: { readonly frame: number; readonly to: string };
  /** The IKE SA this one replaces or is replaced by. `certain` when decrypted, otherwise addresses, time and message ids say so. */
  readonly rekeyOf?: { readonly spiI: string; readonly spiR: string; readonly certain: boolean };
  readonly rekeyedTo?: { readonly spiI: string; readonly spiR: string; readonly certain: boolean };
  readonly deletes: readonly {
    readonly frame: number;
    readonly fromInitiator: boolean;
    readonly protocol: string;
    readonly spis: readonly string[];
  }[];
  /** Message table overflowed: facts are complete, `messages` holds the first and last ones. */
  readonly messagesDropped: number;
}
