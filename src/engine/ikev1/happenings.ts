import type { Secret } from '../../bytes/secret.js';
import type { Ikev1Keys } from '../../keymat/ikev1.js';
import type { IkeSaId } from '../ike/sa-id.js';
import type { Ikev2Command, Ikev2Happening } from '../ikev2/happenings.js';
import type { Refusal } from '../refusal.js';

/** A group that both ends have agreed to call by a number of their own (RFC 2409 §5.6). */
export interface GroupAlias {
  /** 32768 to 65535. */
  readonly number: number;
  /** IANA's number of it. */
  readonly group: number;
}

/** The same commands as of IKEv2; `rekey-ike` is a new phase 1, `update-addresses` is refused. And new group mode (RFC 2409 §5.6). */
export type Ikev1Command = Ikev2Command | { readonly sa?: IkeSaId; readonly kind: 'new-group'; readonly alias: GroupAlias };

/** Keys of phase 1 for key logs. */
export type Ikev1KeysHappening = { readonly sa: IkeSaId; readonly at: number } & {
  readonly kind: 'ikev1-keys';
  readonly keys: Ikev1Keys;
  /** The key of its cipher, cut or stretched from SKEYID_e. */
  readonly cipherKey: Secret;
  readonly encryption: string;
  /** IANA's name of the hash: `MD5`, `SHA1`, `SHA2_256`. */
  readonly hash: string;
};

/** What came of new group mode, whoever began it. */
export type GroupHappening = { readonly sa: IkeSaId; readonly at: number } & (
  | ({ readonly kind: 'group-agreed' } & GroupAlias)
  | { readonly kind: 'group-refused'; readonly refusal: Refusal }
);

/** What happened: named as in IKEv2 where it means the same. SPIs are the cookies; proposals stand in the form of IKEv2. */
export type Ikev1Happening = Exclude<Ikev2Happening, { kind: 'ike-keys' }> | Ikev1KeysHappening | GroupHappening;
