import type { Id } from '../../wire/ike/payloads/id.js';
import { ID_TYPE } from '../../wire/ike/tables/identities.js';
import type { Path } from '../step.js';
import { addressBytes } from './address.js';
import type { Ikev2Settings } from './settings.js';

/** What we call ourselves where the settings do not say: our address; nothing with NULL authentication (RFC 7619 §2.2). */
export function localIdentity({ localId, localAuth }: Ikev2Settings, { local }: Path): Id {
  if (localId !== undefined) return localId;
  if (localAuth.method === 'null') return { type: ID_TYPE.ID_NULL, data: new Uint8Array(0) };
  const data = addressBytes(local.address);
  return { type: data.length === 4 ? ID_TYPE.ID_IPV4_ADDR : ID_TYPE.ID_IPV6_ADDR, data };
}
