import { sameName } from '../../crypto/certificates/distinguished-names.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { ID_TYPE } from '../../wire/ike/tables/identities.js';

/** Names in which upper and lower case are the same: host names (RFC 4343) and, as daemons compare them, mail addresses. */
const CASELESS: readonly number[] = [ID_TYPE.ID_FQDN, ID_TYPE.ID_RFC822_ADDR];

/**
 * Whether two identities are the same: same type, same bytes. Of host names and mail addresses the case does not count, of
 * distinguished names neither the kind of string (RFC 5280 §7.1).
 */
export function sameId(a: Id, b: Id): boolean {
  if (a.type !== b.type) return false;
  if (a.type === ID_TYPE.ID_DER_ASN1_DN) return sameName(a.data, b.data);
  if (a.data.length !== b.data.length) return false;
  const fold = CASELESS.includes(a.type) ? lowerCase : (byte: number) => byte;
  return a.data.every((byte, i) => fold(byte) === fold(b.data[i] as number));
}

const lowerCase = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);
