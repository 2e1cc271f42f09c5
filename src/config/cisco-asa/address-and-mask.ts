import { formatNetwork, maskOf, parseNetwork } from '../network.js';

/** `10.0.0.0 255.0.0.0` for a CIDR, with a wildcard mask where IOS wants one; IPv6 and what is no network stay as they are. */
export function addressAndMask(cidr: string, wildcard = false): string {
  const network = parseNetwork(cidr);
  if (network === undefined || network.family === 6) return cidr;
  return `${formatNetwork(network).replace(/\/.*$/, '')} ${maskOf(network.prefix, wildcard)}`;
}
