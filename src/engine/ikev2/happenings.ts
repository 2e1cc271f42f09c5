import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { Cp } from '../../wire/ike/payloads/cp.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { ChildSa } from '../child-sa.js';
import type { IkeSaId } from '../ike/sa-id.js';
import type { ChildSettings } from '../ike/settings.js';
import type { Refusal } from '../refusal.js';
import type { Path } from '../step.js';

/** What the user of an established IKE SA can ask for. `sa` picks one where an endpoint has several. */
export type Ikev2Command = { readonly sa?: IkeSaId } & (
  | { readonly kind: 'initiate' }
  | { readonly kind: 'create-child'; readonly child: ChildSettings }
  /** `child`: with another proposal than before, e.g. with or without PFS. */
  | { readonly kind: 'rekey-child'; readonly spiIn: number; readonly child?: ChildSettings }
  | { readonly kind: 'rekey-ike' }
  | { readonly kind: 'liveness' }
  /** RFC 4555: the peer shall use this path from now on. */
  | { readonly kind: 'update-addresses'; readonly path: Path }
  | { readonly kind: 'delete-child'; readonly spiIn: number }
  | { readonly kind: 'delete-ike' }
);

/** What happened, in the order it did. */
export type Ikev2Happening = { readonly sa: IkeSaId; readonly at: number } & (
  | {
      readonly kind: 'sent' | 'received';
      readonly exchange: string;
      readonly messageId: number;
      readonly response: boolean;
      /** Payload names as `sniff` prints them, those inside SK included. */
      readonly payloads: readonly string[];
      readonly path: Path;
      readonly length: number;
      /** Number of IKE fragments it took; 1: whole. */
      readonly fragments: number;
    }
  | { readonly kind: 'retransmitted'; readonly exchange: string; readonly messageId: number; readonly times: number }
  /** Something was dropped and nothing changed: a stranger's message, a bad ICV, a malformed one. */
  | { readonly kind: 'ignored'; readonly reason: string; readonly path: Path }
  | { readonly kind: 'cookie'; readonly direction: 'demanded' | 'returned' }
  | { readonly kind: 'invalid-ke'; readonly offered: number; readonly wanted: number }
  | { readonly kind: 'vendor-id'; readonly bytes: Uint8Array }
  | { readonly kind: 'ike-proposal'; readonly chosen: Proposal; readonly offered: readonly Proposal[] }
  | { readonly kind: 'nat'; readonly usBehindNat: boolean; readonly peerBehindNat: boolean; readonly supported: boolean }
  /** For key logs (`-w`): with `sa` and the proposal all that a decryption table needs. */
  | {
      readonly kind: 'ike-keys';
      readonly keys: Ikev2Keys;
      readonly encryption: string;
      readonly keyLength: number;
      readonly integrity: string;
    }
  /** The peer says it can: names of notifies such as IKEV2_FRAGMENTATION_SUPPORTED, MOBIKE_SUPPORTED. */
  | { readonly kind: 'peer-supports'; readonly notifies: readonly string[] }
  | { readonly kind: 'peer-identity'; readonly id: Id }
  | { readonly kind: 'eap'; readonly text: string }
  /** The peer's AUTH, judged by us, whether or not it accepted ours. `unverified`: we had nothing to check it with. */
  | {
      readonly kind: 'peer-auth';
      readonly verdict: 'valid' | 'invalid' | 'unverified';
      readonly method: string;
      readonly text: string;
      readonly refusal?: Refusal;
    }
  /** The peer accepted ours. */
  | { readonly kind: 'our-auth-accepted'; readonly method: string }
  | { readonly kind: 'configuration'; readonly cp: Cp }
  | { readonly kind: 'ike-up' }
  | { readonly kind: 'ike-rekeyed'; readonly old: IkeSaId }
  | { readonly kind: 'child-up'; readonly child: ChildSa; readonly replaces?: number; readonly path: Path }
  | { readonly kind: 'child-refused'; readonly refusal: Refusal; readonly rekey: boolean }
  | { readonly kind: 'child-down'; readonly spiIn: number; readonly by: 'us' | 'peer' }
  | { readonly kind: 'rekey-refused'; readonly refusal: Refusal }
  | { readonly kind: 'liveness'; readonly alive: boolean; readonly milliseconds: number }
  /** ESP goes with it, in UDP or not as `encapsulation` says. */
  | { readonly kind: 'path-changed'; readonly path: Path; readonly encapsulation: ChildSa['encapsulation'] }
  | { readonly kind: 'update-refused'; readonly refusal: Refusal }
  /** The end of this IKE SA: refused, timed out or deleted. */
  | { readonly kind: 'ike-down'; readonly by: 'us' | 'peer'; readonly refusal?: Refusal }
);
