import type { ChildSa } from '../../../engine/child-sa.js';
import type { IkeSaId } from '../../../engine/ike/sa-id.js';
import type { IkeHappening } from '../../../engine/ike-machine.js';
import type { Refusal } from '../../../engine/refusal.js';
import type { ProbeStep } from '../../../model/probe-step.js';
import type { Arrival } from '../../../transport/transport.js';
import type { Cp } from '../../../wire/ike/payloads/cp.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import type { InnerAddresses } from '../../shared/inner-addresses.js';
import type { ProbeId } from '../probe-ids.js';
import { isAuthentication } from './authenticates.js';

/** A message that went out or came in. */
type Passed = Extract<IkeHappening, { kind: 'sent' | 'received' }>;
type Of<Kind extends IkeHappening['kind']> = Extract<IkeHappening, { kind: Kind }>;

/** How a question of our own, beside the engine's messages, was answered. */
export type SideAnswer =
  | { readonly kind: 'answered'; readonly milliseconds: number; readonly bytes: Uint8Array }
  | { readonly kind: 'error'; readonly error: Extract<Arrival, { kind: 'error' }> }
  | { readonly kind: 'silent'; readonly sent: number };

/** Kept of what strangers can send us at will. */
const MOST_IGNORED = 50;
const MOST_ERRORS = 50;
const MOST_CHILDREN = 50;
/** Messages of a tunnel that stays up for days: the first and the last are looked at. */
const MOST_MESSAGES = 400;

/** What a probe has learnt so far: steps read it, the happenings of the engine and the steps themselves write it. */
export class ProbeFacts {
  /** How the steps before ended. */
  readonly steps = new Map<ProbeId, ProbeStep>();

  address?: string;
  /** Other addresses of that name. */
  otherAddresses: readonly string[] = [];
  source?: string;
  /** The way IKE takes. */
  over?: 'ike' | 'natt' | 'tcp';
  initiatedAt?: number;
  /** When the first message came back, whatever it was. */
  answeredAt?: number;

  sa?: IkeSaId;
  readonly sent: Passed[] = [];
  readonly received: Passed[] = [];
  retransmissions = 0;
  cookies = 0;
  readonly groupRetries: Of<'invalid-ke'>[] = [];
  readonly vendorIds: Uint8Array[] = [];
  proposal?: Of<'ike-proposal'>;
  nat?: Of<'nat'>;
  readonly supports = new Set<string>();
  identity?: Id;
  readonly eap: string[] = [];
  peerAuth?: Of<'peer-auth'>;
  ourAuth?: Of<'our-auth-accepted'>;
  configuration?: Cp;
  ikeUp = false;
  /** The last that was up, though it may be deleted. */
  lastChild?: ChildSa;
  /** The CHILD_SA in use: that which came last. */
  child?: ChildSa;
  /** Those that came before it and are still there: a peer may make some of its own. */
  readonly olderChildren: ChildSa[] = [];
  /** What of the tunnel the peer took down by a delete of its own: it did not say why. */
  takenDown?: 'CHILD_SA' | 'IKE SA';
  readonly childRefusals: Of<'child-refused'>[] = [];
  readonly rekeyRefusals: Of<'rekey-refused'>[] = [];
  ikeRekeys = 0;
  childRekeys = 0;
  liveness?: Of<'liveness'> | undefined;
  /** Addresses inside that answer echo, and milliseconds for there and back. */
  echo?: { readonly addresses: InnerAddresses; readonly roundTrip: number };
  /** Something came out of the tunnel, if only an error. */
  espBothWays?: boolean;
  /** Bytes of the largest packet that passes inside. */
  innerMtu?: number;
  down?: Of<'ike-down'>;
  readonly ignored: Of<'ignored'>[] = [];
  /** Packets of the size of Ethernet vanish on the path, and no router says so. */
  blackHole = false;
  readonly errors: Extract<Arrival, { kind: 'error' }>[] = [];

  /** What steps asked beside the engine, by name: `500`, `4500`, `v1`, `large`. */
  readonly side = new Map<string, SideAnswer>();

  /** All that are up, the one in use last. */
  get children(): readonly ChildSa[] {
    return this.child === undefined ? this.olderChildren : [...this.olderChildren, this.child];
  }

  /** Of several, the one that test traffic belongs to is in use. */
  prefer(wanted: (child: ChildSa) => boolean): void {
    const { child, olderChildren } = this;
    const at = olderChildren.findIndex(wanted);
    const better = olderChildren[at];
    if (child === undefined || better === undefined || wanted(child)) return;
    olderChildren[at] = child;
    this.child = better;
  }

  /** Takes in what the engine tells. */
  apply(happening: IkeHappening): void {
    switch (happening.kind) {
      case 'sent':
        // Afterwards it is the last one that came up: the delete of a rekeyed one goes out too.
        if (!this.ikeUp) this.sa = happening.sa;
        keep(this.sent, happening);
        break;
      case 'received':
        this.answeredAt ??= happening.at;
        keep(this.received, happening);
        break;
      case 'retransmitted':
        this.retransmissions++;
        break;
      case 'ignored':
        if (this.ignored.length < MOST_IGNORED) this.ignored.push(happening);
        break;
      case 'cookie':
        this.cookies++;
        break;
      case 'invalid-ke':
        this.groupRetries.push(happening);
        break;
      case 'vendor-id':
        if (this.vendorIds.length < MOST_IGNORED) this.vendorIds.push(happening.bytes);
        break;
      case 'ike-proposal':
        this.proposal = happening;
        break;
      case 'nat':
        this.nat = happening;
        break;
      case 'peer-supports':
        for (const name of happening.notifies) this.supports.add(name);
        break;
      case 'peer-identity':
        this.identity = happening.id;
        break;
      case 'eap':
        if (this.eap.length < MOST_IGNORED) this.eap.push(happening.text);
        break;
      case 'peer-auth':
        this.peerAuth = happening;
        break;
      case 'our-auth-accepted':
        this.ourAuth = happening;
        break;
      case 'configuration':
        this.configuration = happening.cp;
        break;
      case 'ike-up':
        this.ikeUp = true;
        this.sa = happening.sa;
        break;
      case 'ike-rekeyed':
        this.ikeRekeys++;
        this.sa = happening.sa;
        break;
      case 'child-up':
        if (this.child !== undefined && this.child.spiIn !== happening.replaces) {
          if (this.olderChildren.length < MOST_CHILDREN) this.olderChildren.push(this.child);
        }
        this.child = happening.child;
        if (this.takenDown === 'CHILD_SA') delete this.takenDown;
        this.lastChild = happening.child;
        if (happening.replaces !== undefined) this.childRekeys++;
        break;
      case 'child-down':
        this.#childDown(happening);
        break;
      case 'child-refused':
        this.childRefusals.push(happening);
        break;
      case 'rekey-refused':
        this.rekeyRefusals.push(happening);
        break;
      case 'liveness':
        this.liveness = happening;
        break;
      case 'ike-down':
        // The end of a rekeyed SA is that of the old one only.
        if (this.ikeUp && this.sa !== undefined && happening.sa.spiI !== this.sa.spiI) break;
        if (this.ikeUp && happening.by === 'peer' && happening.refusal === undefined) this.takenDown = 'IKE SA';
        this.down = happening;
        this.ikeUp = false;
        delete this.child;
        break;
      case 'ike-keys':
      case 'ikev1-keys':
      case 'path-changed':
      case 'update-refused':
        break;
    }
  }

  #childDown({ spiIn, by }: Of<'child-down'>): void {
    const older = this.olderChildren.findIndex((child) => child.spiIn === spiIn);
    if (older >= 0) this.olderChildren.splice(older, 1);
    if (this.child?.spiIn !== spiIn) return;
    const next = this.olderChildren.pop();
    if (next !== undefined) this.child = next;
    else {
      delete this.child;
      if (by === 'peer') this.takenDown = 'CHILD_SA';
    }
  }

  /** The engine begins anew: what it told before no longer holds. What steps asked and heard stays. */
  beginAgain(): void {
    const fresh = new ProbeFacts();
    const { steps, side, address, otherAddresses, source, errors } = this;
    for (const key of Object.keys(this)) delete (this as Record<string, unknown>)[key];
    Object.assign(this, fresh, { steps, side, otherAddresses, errors }, address && { address }, source && { source });
  }

  /** ICMP about what we sent. */
  applyError(error: Extract<Arrival, { kind: 'error' }>): void {
    if (this.errors.length < MOST_ERRORS) this.errors.push(error);
  }

  /** Milliseconds from the first IKE_AUTH to a happening; those of an exchange that was over before anybody asked included. */
  sinceAuth(at: number | undefined): number | undefined {
    const first = this.sent.find(isAuthentication);
    return first === undefined || at === undefined ? undefined : at - first.at;
  }

  /** Why the IKE SA ended, or never came. */
  get refusal(): Refusal | undefined {
    return this.down?.refusal;
  }
}

/** Behind the others; in the middle they get lost when there are too many. */
function keep(messages: Passed[], message: Passed): void {
  messages.push(message);
  if (messages.length > MOST_MESSAGES) messages.splice(MOST_MESSAGES / 2, 1);
}
