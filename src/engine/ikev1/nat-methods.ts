import { BugError } from '../../bytes/errors.js';
import { fromHex } from '../../bytes/hex.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';
import { KNOWN_VENDOR_IDS } from '../../wire/ike/tables/vendor-ids.js';
import type { Role } from '../ike/role.js';

export type NatMethodName = 'rfc3947' | 'draft-03' | 'draft-02' | 'draft-02n' | 'draft-01' | 'draft-00';

/** NAT traversal as one document has it. */
export interface NatMethod {
  readonly name: NatMethodName;
  /** What announces it. */
  readonly vendorId: Uint8Array;
  /** Payload types of NAT-D and NAT-OA. */
  readonly natD: number;
  readonly natOa: number;
  /** ENCAPSULATION_MODES of ESP in UDP. */
  readonly modes: { readonly tunnel: number; readonly transport: number };
  /**
   * IKE goes to port 4500, and ESP beside it, once there is a NAT. Without that both stay on port 500, ESP behind eight zeroes where IKE
   * has its cookie (draft-ietf-ipsec-udp-encaps-00 §2.1).
   */
  readonly floats: boolean;
}

/** RFC 3947 §5.1; the private numbers of the drafts before it. */
const RFC = { natD: V1['NAT-D'], natOa: V1['NAT-OA'], modes: { tunnel: 3, transport: 4 }, floats: true };
const DRAFT = { natD: V1['NAT-D-DRAFT'], natOa: V1['NAT-OA-DRAFT'], modes: { tunnel: 61443, transport: 61444 }, floats: true };

function method(name: NatMethodName, vendorId: string, rest: Omit<NatMethod, 'name' | 'vendorId'>): NatMethod {
  const known = KNOWN_VENDOR_IDS.find((one) => one.name === vendorId);
  if (known === undefined) throw new BugError(`no vendor id is called "${vendorId}"`);
  return { name, vendorId: fromHex(known.hex), ...rest };
}

/**
 * The best first: RFC 3947 and draft-ietf-ipsec-nat-t-ike-00 to -03. Draft 02 has two vendor ids, as the first who did it hashed a newline
 * with its name. The drafts 04 to 08 are left out: nobody is known to do them in another way than the RFC, under its id.
 */
export const NAT_METHODS: readonly NatMethod[] = [
  method('rfc3947', 'RFC 3947 NAT-T', RFC),
  method('draft-03', 'draft-ietf-ipsec-nat-t-ike-03', DRAFT),
  method('draft-02', 'draft-ietf-ipsec-nat-t-ike-02', DRAFT),
  method('draft-02n', 'draft-ietf-ipsec-nat-t-ike-02 (with newline)', DRAFT),
  method('draft-01', 'draft-ietf-ipsec-nat-t-ike-01', { ...DRAFT, floats: false }),
  method('draft-00', 'draft-ietf-ipsec-nat-t-ike-00', { ...DRAFT, floats: false }),
];

/**
 * Those of the settings, the best first. Where nobody says which, a responder takes what the initiator has, and an initiator announces all but
 * those that keep port 500, which many NATs and firewalls take for IKE alone.
 */
export function natMethods(names: readonly NatMethodName[] | undefined, role: Role): readonly NatMethod[] {
  return NAT_METHODS.filter(({ name, floats }) => names?.includes(name) ?? (floats || role === 'responder'));
}
