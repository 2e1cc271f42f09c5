import type { DataDrop } from '../../../engine/openvpn/data/drop.js';
import type { DataKeys } from '../../../engine/openvpn/data-keys.js';
import type { OpenvpnHappening, TunnelParameters } from '../../../engine/openvpn/happenings.js';
import type { Refusal } from '../../../engine/refusal.js';
import type { ProbeStep } from '../../../model/probe-step.js';
import type { OpenvpnArrival } from '../../../transport/openvpn/sockets.js';
import type { ProbeId } from '../probe-ids.js';
import type { Remote } from '../target.js';

type Of<Kind extends OpenvpnHappening['kind']> = Extract<OpenvpnHappening, { kind: Kind }>;

/** Kept of what strangers can send us at will. */
const MOST_KEPT = 50;
/** Data packets that do not open, kept to be tried with other algorithms. */
const MOST_SAMPLES = 8;

/** What a probe has learnt so far: steps read it, the happenings of the engine and the steps themselves write it. */
export class ProbeFacts {
  #begun = false;

  /** How the steps before ended. */
  readonly steps = new Map<ProbeId, ProbeStep>();

  /** The remote in use. */
  remote?: Remote;
  /** Whether the server takes our certificate, where it was asked again to learn that. */
  certificateTaken?: boolean;
  /** What the server said to another ClientHello, where ours was not answered. */
  otherHello?: 'answered' | 'silent';
  /** Those that were tried before it, with why not. */
  readonly tried: { readonly remote: Remote; readonly why: string }[] = [];
  address?: string;
  otherAddresses: readonly string[] = [];
  source?: string;

  session?: number;
  connectedAt?: number;
  sent = 0;
  received = 0;
  /** Something of TLS came from the server. */
  spoken = false;
  /** Messages of it whose first part did not come with them. */
  behindGap = 0;
  retransmissions = 0;
  readonly ignored: Of<'ignored'>[] = [];
  readonly errors: Extract<OpenvpnArrival, { kind: 'error' }>[] = [];
  reset?: Of<'reset-answered'>;
  /** Of the first negotiation. */
  tls?: Of<'tls-up'>;
  certificate?: Of<'peer-certificate'>;
  options?: Of<'options'>;
  peerInfo: readonly string[] = [];
  readonly control: { readonly direction: 'sent' | 'received'; readonly text: string; readonly at: number }[] = [];
  push?: Of<'push-reply'>;
  parameters?: TunnelParameters;
  upAt?: number;
  keys?: DataKeys;
  /** Key ids that came up behind the first. */
  renegotiations = 0;
  renegotiationFailure?: Refusal;
  mtu?: Of<'mtu'>;
  /** Of what the peer says inside the data channel, by what it is. */
  readonly inner = new Map<string, { count: number; at: number }>();
  exitNotify?: Of<'exit-notify'>;
  ended?: Of<'ended'>;
  /** Address inside that answers echo, and milliseconds for there and back. */
  echo?: { readonly from: string; readonly to: string; readonly roundTrip: number };
  innerMtu?: number;
  /** Data packets of the peer that did not open. */
  readonly unopened: Uint8Array[] = [];
  unopenedCount = 0;
  /** Why the first did not. */
  unopenedWhy?: DataDrop;

  /** Takes in what the engine tells. */
  apply(happening: OpenvpnHappening): void {
    // 0 is nobody's.
    if (happening.session !== 0) this.session ??= happening.session;
    switch (happening.kind) {
      case 'sent':
        this.sent++;
        break;
      case 'received':
        this.received++;
        if (happening.payload > 0) this.#heard(happening.packetId);
        break;
      case 'retransmitted':
        this.retransmissions++;
        break;
      case 'ignored':
        if (this.ignored.length < MOST_KEPT) this.ignored.push(happening);
        break;
      case 'reset-answered':
        this.reset ??= happening;
        break;
      case 'tls-up':
        this.tls ??= happening;
        break;
      case 'peer-certificate':
        this.certificate ??= happening;
        break;
      case 'options':
        this.options ??= happening;
        break;
      case 'peer-info':
        this.peerInfo = happening.lines;
        break;
      case 'control-message':
        if (this.control.length < MOST_KEPT) this.control.push({ direction: happening.direction, text: happening.text, at: happening.at });
        break;
      case 'push-reply':
        this.push ??= happening;
        this.parameters = happening.parameters;
        break;
      case 'up':
        this.parameters = happening.parameters;
        this.upAt ??= happening.at;
        break;
      case 'keys':
        if (this.keys !== undefined) this.renegotiations++;
        this.keys = happening.keys;
        break;
      case 'renegotiation-failed':
        this.renegotiationFailure = happening.refusal;
        break;
      case 'inner-received':
        this.#count(happening.what, happening.at);
        break;
      case 'mtu':
        this.mtu = happening;
        break;
      case 'exit-notify':
        this.exitNotify = happening;
        break;
      case 'ended':
        this.ended ??= happening;
        break;
      default:
        break;
    }
  }

  applyError(error: Extract<OpenvpnArrival, { kind: 'error' }>): void {
    if (this.errors.length < MOST_KEPT) this.errors.push(error);
  }

  /** A data packet that did not open. */
  applyDrop(packet: Uint8Array, why: DataDrop): void {
    // A packet that comes twice is none that we cannot read.
    if (why.reason === 'replayed' || why.reason === 'outside-window') return;
    this.unopenedCount++;
    this.unopenedWhy ??= why;
    if (this.unopened.length < MOST_SAMPLES) this.unopened.push(Uint8Array.from(packet));
  }

  /** Forgets what belongs to one session, for another remote or other settings. */
  beginAgain(): void {
    for (const field of ['session', 'reset', 'tls', 'certificate', 'options', 'push', 'parameters', 'keys', 'ended'] as const)
      delete this[field];
    this.sent = 0;
    this.received = 0;
    this.spoken = false;
    this.behindGap = 0;
    this.#begun = false;
    this.retransmissions = 0;
    this.ignored.length = 0;
    this.errors.length = 0;
  }

  /** The server's first message behind its answer to the reset has the number 1. */
  #heard(packetId: number | undefined): void {
    this.#begun ||= packetId === 1;
    this.spoken = true;
    this.behindGap = this.#begun ? 0 : this.behindGap + 1;
  }

  #count(what: string, at: number): void {
    const known = this.inner.get(what);
    if (known === undefined) this.inner.set(what, { count: 1, at });
    else {
      known.count++;
      known.at = at;
    }
  }
}
