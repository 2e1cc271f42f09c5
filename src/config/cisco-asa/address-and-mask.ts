import { formatNetwork, maskOf, parseNetwork } from '../../wire/ip/network.js';

/** An address as an entry of an access list has it: `host 10.0.0.1` for one alone. */
export function listAddress(cidr: string, wildcard = false): string {
  return oneAddress(cidr) ?? addressAndMask(cidr, wildcard);
}

/** What stands in an `object network`: `host 10.0.0.1` or `subnet 10.0.0.0 255.0.0.0`. */
export function objectAddress(cidr: string): string {
  return oneAddress(cidr) ?? `subnet ${addressAndMask(cidr)}`;
}

function oneAddress(cidr: string): string | undefined {
  const network = parseNetwork(cidr);
  return network?.family === 4 && network.prefix === 32 ? `host ${formatNetwork(network).replace(/\/.*$/, '')}` : undefined;
}

/** `10.0.0.0 255.0.0.0` for a CIDR, with a wildcard mask where IOS wants one; IPv6 and what is no network stay as they are. */
export function addressAndMask(cidr: string, wildcard = false): string {
  const network = parseNetwork(cidr);
  if (network === undefined || network.family === 6) return cidr;
  return `${formatNetwork(network).replace(/\/.*$/, '')} ${maskOf(network.prefix, wildcard)}`;
}
