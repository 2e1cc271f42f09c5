import type { PacketEnd } from '../../model/endpoint.js';
import type { IdentityFacts, IkeMessageFacts, IkeSession, ProposalFacts } from '../../model/ike-session.js';
import type { Timestamp } from '../../model/packet.js';
import { BoundedList, BoundedTexts } from './bounds.js';
import type { ChildState } from './child-state.js';
import { ExchangeLog } from './exchange-log.js';
import { FirstAndLast } from './first-and-last.js';
import type { NatObservation } from './nat-d.js';
import type { Phase1Proof } from './phase1-proof.js';

/** Most messages kept of one session. */
const MAX_MESSAGES = 512;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The two ends of a session, for what is known of each. */
export interface PerEnd<T> {
  initiator: T;
  responder: T;
}

export type End = keyof PerEnd<unknown>;

/** Everything collected about one IKE SA while its messages come in. `sessionFacts` makes the facts from it. */
export class SessionState {
  readonly id: number;
  readonly version: 1 | 2;
  /** 16 lower-case hex digits. */
  readonly spiI: string;
  /** All zeroes while not known. An error or a cookie may have come under one that was never used again. */
  spiR: string;
  /** The initiator has used that SPI: until then only answers in clear came under it, and it may still change. */
  settled = false;
  readonly initiator: PacketEnd;
  readonly responder: PacketEnd;
  readonly firstTime: Timestamp;
  lastTime: Timestamp;
  startsMidway: boolean;
  rolesGuessed: boolean;
  /** Where each end was seen last. */
  readonly now: PerEnd<PacketEnd>;

  readonly messages = new FirstAndLast<IkeMessageFacts>(MAX_MESSAGES);
  readonly exchanges = new ExchangeLog();
  readonly moves = new BoundedList<NonNullable<IkeSession['moves']>[number]>();
  lastAnswered: number | undefined;

  /** v1: `Main`, `Aggressive`. */
  mode: string | undefined;
  offered: readonly ProposalFacts[] = [];
  chosen: ProposalFacts | undefined;
  readonly keGroups = new BoundedList<IkeSession['keGroups'][number]>();
  /** IKEv1: of the KE payloads of phase 1, for decryption. */
  readonly publicValues: PerEnd<Uint8Array | undefined> = { initiator: undefined, responder: undefined };
  /** IKEv1: what the hashes of phase 1 are made of. */
  proof: Phase1Proof | undefined;
  readonly identities: PerEnd<IdentityFacts | undefined> = { initiator: undefined, responder: undefined };
  readonly authMethods: PerEnd<string | undefined> = { initiator: undefined, responder: undefined };
  readonly vendorIds: PerEnd<BoundedTexts> = { initiator: new BoundedTexts(), responder: new BoundedTexts() };
  readonly fragmentation: PerEnd<boolean> = { initiator: false, responder: false };
  readonly certificates = new BoundedList<IkeSession['certificates'][number]>();
  readonly otherCertificates = new BoundedList<NonNullable<IkeSession['otherCertificates']>[number]>();
  readonly lifetimes = new BoundedList<string>();
  readonly natHashes: NatObservation[] = [];
  natMethod: string | undefined;
  readonly children = new BoundedList<ChildState>();
  /** The one that all rounds of IKE_AUTH make together. */
  authChild: ChildState | undefined;
  readonly deletes = new BoundedList<IkeSession['deletes'][number]>();
  /** IKEv1. `waiting`: frames of probes without an answer. */
  readonly liveness: { probes: number; answered: number; waiting?: Map<string, number> } = { probes: 0, answered: 0 };
  eap: Mutable<NonNullable<IkeSession['eap']>> | undefined;
  readonly configuration = { requested: new BoundedTexts(), given: new BoundedTexts() };
  xauthStatus: 'OK' | 'FAIL' | undefined;
  readonly mobike: PerEnd<boolean> = { initiator: false, responder: false };
  readonly mobikeUpdates = new BoundedList<number>();
  redirect: IkeSession['redirect'];
  rekeyOf: IkeSession['rekeyOf'];
  rekeyedTo: IkeSession['rekeyedTo'];
  /** Direction of the last message. */
  lastFromInitiator = false;

  constructor(first: {
    readonly id: number;
    readonly version: 1 | 2;
    readonly spiI: string;
    readonly spiR: string;
    readonly initiator: PacketEnd;
    readonly responder: PacketEnd;
    readonly time: Timestamp;
    readonly startsMidway: boolean;
    readonly rolesGuessed: boolean;
  }) {
    this.id = first.id;
    this.version = first.version;
    this.spiI = first.spiI;
    this.spiR = first.spiR;
    this.initiator = first.initiator;
    this.responder = first.responder;
    this.firstTime = first.time;
    this.lastTime = first.time;
    this.startsMidway = first.startsMidway;
    this.rolesGuessed = first.rolesGuessed;
    this.now = { initiator: first.initiator, responder: first.responder };
  }
}

/** Which end sent it. */
export function endOf(fromInitiator: boolean): End {
  return fromInitiator ? 'initiator' : 'responder';
}
