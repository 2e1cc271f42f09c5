import { BugError } from '../../bytes/errors.js';
import { fromHex } from '../../bytes/hex.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { KNOWN_VENDOR_IDS } from '../../wire/ike/tables/vendor-ids.js';
import type { Effects } from './effects.js';
import { type NatMethod, natMethods } from './nat-methods.js';
import { allOf, out } from './payloads.js';
import type { PeerFacts } from './peer-facts.js';
import type { Ikev1Settings } from './settings.js';
import type { SaBase } from './state.js';

function idOf(name: string, behind = ''): Uint8Array {
  const known = KNOWN_VENDOR_IDS.find((one) => one.name === name);
  if (known === undefined) throw new BugError(`no vendor id is called "${name}"`);
  return fromHex(`${known.hex}${behind}`);
}

const DPD = idOf('Dead Peer Detection (RFC 3706)');
const XAUTH = idOf('XAUTH');
const UNITY_1_0 = idOf('Cisco Unity', '0100');
const FRAGMENTATION = idOf('IKE fragmentation');
/** In main and aggressive mode, as racoon says it. */
const FRAGMENTATION_HERE = idOf('IKE fragmentation', '80000000');
/** Major and minor version, RFC 3706 §5.1. */
const DPD_1_0 = idOf('Dead Peer Detection (RFC 3706)', '0100');

/** Vendor ids that say what we can do, and those of the settings. `peer`: of a responder, which names the one way that it has chosen. */
export function vendorPayloads(settings: Ikev1Settings, peer?: PeerFacts): readonly OutgoingPayload[] {
  const { xauth, xauthUsers, xauthUnnamed } = settings;
  const nat = peer === undefined ? natMethodsOf({ settings, role: 'initiator' }) : peer.nat === undefined ? [] : [peer.nat];
  return [
    ...nat.map(({ vendorId }) => vendorId),
    DPD_1_0,
    ...(settings.fragmentSize > 0 ? [FRAGMENTATION_HERE] : []),
    ...(xauth === undefined && xauthUsers === undefined && xauthUnnamed !== true ? [] : [XAUTH, UNITY_1_0]),
    ...settings.vendorIds,
  ].map(out.vendorId);
}

function natMethodsOf({ settings, role }: Pick<SaBase, 'settings' | 'role'>): readonly NatMethod[] {
  return settings.encapsulation === 'never' ? [] : natMethods(settings.natMethods, role);
}

/** Whether who sent these speaks XAuth. */
export function speaksXauth(vendorIds: readonly Uint8Array[]): boolean {
  return vendorIds.some((id) => Buffer.compare(id, XAUTH) === 0);
}

/** What the peer's vendor ids say; `before`: those of earlier messages. */
export function readVendorIds(
  sa: Pick<SaBase, 'spiI' | 'spiR' | 'settings' | 'role'>,
  payloads: readonly PayloadNode[],
  fx: Effects,
  before: PeerFacts = { dpd: false, fragmentation: false },
): PeerFacts {
  const ids = allOf(payloads, 'vendor-id').map(({ id }) => id.slice());
  for (const bytes of ids) fx.happen(sa, { kind: 'vendor-id', bytes });
  const begins = (wanted: Uint8Array) => ids.some((id) => Buffer.compare(id.subarray(0, wanted.length), wanted) === 0);
  const nat = before.nat ?? natMethodsOf(sa).find(({ vendorId }) => begins(vendorId));
  return {
    ...(nat === undefined ? {} : { nat }),
    dpd: before.dpd || begins(DPD),
    fragmentation: before.fragmentation || begins(FRAGMENTATION),
  };
}
