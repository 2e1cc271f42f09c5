import { printableText } from '../../bytes/printable.js';
import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import type { Refusal } from '../refusal.js';
import { mixPostquantumKey } from './authentication/postquantum-key.js';
import { notifyOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { SecuredSa } from './state.js';

/** PPK_ID_FIXED: an identity that both ends are set up with (RFC 8784 §5.1). */
const FIXED = 2;

/** The keys with our postquantum key mixed in, where both ends have said that they can; undefined otherwise (RFC 8784 §3). */
export function postquantumKeys(sa: SecuredSa): Ikev2Keys | undefined {
  const { ppk } = sa.settings;
  return ppk === undefined || !sa.peer.usePpk ? undefined : mixPostquantumKey(sa.suite.prf, ppk.secret, sa.keys);
}

/** Why an IKE SA cannot be without one, if so. */
export function whyNoPpk(sa: SecuredSa): Refusal | undefined {
  const { ppk } = sa.settings;
  if (ppk?.mandatory !== true || sa.peer.usePpk) return undefined;
  return refusal('ppk-not-supported', 'us', EXCHANGE.IKE_SA_INIT, 'we must use a postquantum key, and the peer did not announce USE_PPK', {
    ours: `PPK "${ppk.id}"`,
    theirs: 'none',
  });
}

/** PPK_IDENTITY of the initiator, and where the key is not mandatory its proof without it. */
export function ppkPayloads(sa: SecuredSa, proofWithout: Uint8Array | undefined): readonly OutgoingPayload[] {
  const { ppk } = sa.settings;
  if (ppk === undefined) return [];
  const identity = Buffer.concat([Uint8Array.of(FIXED), new TextEncoder().encode(ppk.id)]);
  return [out.notify(NOTIFY.PPK_IDENTITY, identity), ...(proofWithout === undefined ? [] : [out.notify(NOTIFY.NO_PPK_AUTH, proofWithout)])];
}

/** What the responder makes of an initiator's PPK_IDENTITY and NO_PPK_AUTH (RFC 8784 §3). */
export type PpkChoice =
  | { readonly kind: 'use'; readonly keys: Ikev2Keys }
  /** `auth`: data of the initiator's AUTH in place of the one in the payload. */
  | { readonly kind: 'without'; readonly auth?: Uint8Array }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function choosePpk(sa: SecuredSa, payloads: readonly PayloadNode[]): PpkChoice {
  const { ppk } = sa.settings;
  const keys = postquantumKeys(sa);
  const identity = notifyOf(payloads, NOTIFY.PPK_IDENTITY)?.data;
  const without = notifyOf(payloads, NOTIFY.NO_PPK_AUTH)?.data;
  const name = identity === undefined ? undefined : printableText(identity.subarray(1));
  if (ppk !== undefined && keys !== undefined && name === ppk.id) return { kind: 'use', keys };
  const values = { ours: ppk === undefined ? 'no PPK' : `PPK "${ppk.id}"`, theirs: name === undefined ? 'no PPK' : `PPK "${name}"` };
  if (ppk?.mandatory === true) {
    const text = 'we must use a postquantum key, and the peer names none that we have';
    return { kind: 'refused', refusal: refusal('ppk-mismatch', 'us', EXCHANGE.IKE_AUTH, text, values) };
  }
  if (identity === undefined) return { kind: 'without' };
  if (without !== undefined) return { kind: 'without', auth: without };
  const text = 'the peer must use a postquantum key that we do not have';
  return { kind: 'refused', refusal: refusal('ppk-mismatch', 'us', EXCHANGE.IKE_AUTH, text, values) };
}
