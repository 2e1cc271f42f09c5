import { BugError } from '../../../bytes/errors.js';
import type { AddressSelector } from '../../../wire/ike/payloads/ts.js';
import { TS_TYPE } from '../../../wire/ike/tables/identities.js';
import { parseAddressBytes } from '../../../wire/ip/address.js';

const LAST_PORT = 65535;

/** Everything to or from one address. */
export function hostSelector(address: string): AddressSelector {
  const bytes = parseAddressBytes(address);
  if (bytes === undefined) throw new BugError(`${address} is not an address`);
  return {
    type: bytes.length === 4 ? TS_TYPE.TS_IPV4_ADDR_RANGE : TS_TYPE.TS_IPV6_ADDR_RANGE,
    protocol: 0,
    startPort: 0,
    endPort: LAST_PORT,
    start: bytes,
    end: bytes,
  };
}
