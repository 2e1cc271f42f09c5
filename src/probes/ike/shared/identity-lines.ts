import { identityWord } from '../../../config/identity-words.js';
import { swanctlSecret, swanctlValue } from '../../../config/swanctl/written.js';
import type { Refusal } from '../../../engine/refusal.js';
import { identityText } from '../../../wire/ike/identity-facts.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import { ID_TYPE } from '../../../wire/ike/tables/identities.js';
import type { ProbeTarget } from '../target.js';

/** An identity as `--id` and `--peer-id` take it. */
export function identityFlag({ type, data }: Id): string {
  const text = identityText(type, data);
  return type === ID_TYPE.ID_KEY_ID ? `keyid:${text}` : text;
}

/** Who we said we are: `--id`, or what the engine made of certificate or address and tells with the refusal. */
export function ourIdentity({ tunnel }: ProbeTarget, refusal: Refusal, otherwise: string): string {
  const { localId } = tunnel.settings;
  return localId === undefined ? (/(?:IDi|identity) "([^"]*)"/.exec(refusal.ours ?? '')?.[1] ?? otherwise) : identityFlag(localId);
}

/** An identity in swanctl.conf. @param text as `--id` has it */
export function swanctlId(text: string): string {
  return swanctlValue(identityWord(text, 'strongswan'));
}

/** An identity in ipsec.conf and ipsec.secrets: names with blanks, those of certificates, are quoted. @param text as `--id` has it */
export function ipsecId(text: string): string {
  const word = identityWord(text, 'libreswan');
  return /[^\w.@:/%*-]/.test(word) ? `"${word}"` : word;
}

/** Where strongSwan has the pre-shared key for an identity. @param text as `--id` has it */
export function swanctlPsk(text: string): string {
  return `swanctl.conf, below secrets, then swanctl --load-creds:\n${swanctlSecret('ike-probe', [identityWord(text, 'strongswan')], '…')}`;
}
