import { ByteWriter } from '../../bytes/writer.js';
import { parseIpv4, parseIpv6, writeIpv4Address, writeIpv6Address } from '../ip/address.js';
import type { Id } from './payloads/id.js';
import { ID_TYPE } from './tables/identities.js';

/** ID_IPV4_ADDR or ID_IPV6_ADDR of an address as text (RFC 7296 §3.5); undefined when it is none. */
export function addressIdentity(text: string): Id | undefined {
  const w = new ByteWriter(16);
  if (parseIpv4(text) !== undefined) {
    writeIpv4Address(w, text);
    return { type: ID_TYPE.ID_IPV4_ADDR, data: w.finish() };
  }
  if (!text.includes(':') || parseIpv6(text) === undefined) return undefined;
  writeIpv6Address(w, text);
  return { type: ID_TYPE.ID_IPV6_ADDR, data: w.finish() };
}
