import { X509Certificate } from 'node:crypto';
import { BugError } from '../../bytes/errors.js';
import { certificateFields } from '../../crypto/certificates/certificate-fields.js';
import { addressIdentity } from '../../wire/ike/address-identity.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { ID_TYPE } from '../../wire/ike/tables/identities.js';
import type { LocalAuth } from './settings.js';

/**
 * What we call ourselves where nobody said: the subject of our certificate, nobody with NULL authentication (RFC 7619 §2.2), else our
 * address; as strongSwan does. Throws `BugError` when `address` is none.
 * @throws DecodeError for a certificate of our own that is none
 */
export function defaultIdentity(local: LocalAuth, address: string): Id {
  if (local.method === 'null') return { type: ID_TYPE.ID_NULL, data: new Uint8Array(0) };
  const [own] = local.method === 'signature' && local.raw !== true ? local.certificates : [];
  if (own !== undefined) return { type: ID_TYPE.ID_DER_ASN1_DN, data: certificateFields(new X509Certificate(own)).subject };
  const id = addressIdentity(address);
  if (id === undefined) throw new BugError(`"${address}" is not an address`);
  return id;
}
