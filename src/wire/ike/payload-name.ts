import { nameOf } from '../../bytes/registry.js';
import { IKEV2_NOTIFY_TYPES } from './tables/notify.js';
import { IKEV1_NOTIFY_TYPES } from './tables/notify-v1.js';
import { IKEV1_PAYLOAD_TYPES, IKEV2_PAYLOAD_TYPES, V1, V2 } from './tables/payload-types.js';

/** `N(COOKIE)` by number, made once: names are wanted for every payload of every message. */
const NOTIFY_LABELS: Readonly<Record<1 | 2, ReadonlyMap<number, string>>> = {
  1: labels(IKEV1_NOTIFY_TYPES),
  2: labels(IKEV2_NOTIFY_TYPES),
};

function labels(registry: Readonly<Record<number, string>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(registry).map(([number, name]) => [Number(number), `N(${name})`]));
}

/**
 * The short name of a payload, the one `sniff` prints: `SA`, `NAT-D`, `N(COOKIE)`, `unknown (77)`.
 * @param value the decoded value, looked at for notifies only
 */
export function payloadName(version: 1 | 2, type: number, value: unknown): string {
  if (version === 2) {
    if (type === V2.N && value !== undefined) return notifyLabel(2, value);
    return nameOf(IKEV2_PAYLOAD_TYPES, type);
  }
  if (type === V1.N && value !== undefined) return notifyLabel(1, value);
  // The drafts' numbers carry the same payloads: people look for the one name.
  if (type === V1['NAT-D-DRAFT'] || type === V1['NAT-D-DRAFT-04']) return IKEV1_PAYLOAD_TYPES[V1['NAT-D']];
  if (type === V1['NAT-OA-DRAFT'] || type === V1['NAT-OA-DRAFT-04']) return IKEV1_PAYLOAD_TYPES[V1['NAT-OA']];
  return nameOf(IKEV1_PAYLOAD_TYPES, type);
}

function notifyLabel(version: 1 | 2, value: unknown): string {
  const type = (value as { readonly type: number }).type;
  return NOTIFY_LABELS[version].get(type) ?? `N(unknown (${type}))`;
}
