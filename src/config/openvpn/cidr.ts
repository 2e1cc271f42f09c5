import { parseIpv4, parseIpv6 } from '../../wire/ip/address.js';

/** `10.8.0.0` and `255.255.255.0`, or an IPv6 network as it stands: CIDR; undefined for names and what is no network. */
export function cidrOf(address: string | undefined, mask: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const [v6, prefix] = address.split('/');
  if (v6 !== undefined && prefix !== undefined && /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128 && parseIpv6(v6) !== undefined)
    return address;
  const network = parseIpv4(address);
  if (network === undefined) return undefined;
  const bits = mask === undefined || mask === 'default' ? 32 : prefixOf(parseIpv4(mask));
  return bits === undefined ? undefined : `${address}/${bits}`;
}

function prefixOf(mask: number | undefined): number | undefined {
  if (mask === undefined) return undefined;
  const text = mask.toString(2).padStart(32, '0');
  return /^1*0*$/.test(text) ? text.replace(/0+$/, '').length : undefined;
}
