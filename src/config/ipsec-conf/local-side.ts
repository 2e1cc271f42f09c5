import { parseIpv4, parseIpv6 } from '../../wire/ip/address.js';
import type { IpsecConfProduct } from './document.js';

/** Which of left and right is this host, and whether that is certain. */
export interface LocalSide {
  readonly side: 'left' | 'right';
  readonly certainty: 'known' | 'unsure';
}

/** One spelling for every spelling of an address; undefined for names and `%any`. */
export function canonicalAddress(text: string): string | undefined {
  const plain = text.replace(/%.*$/, '').replace(/\/.*$/, '');
  const v4 = parseIpv4(plain);
  if (v4 !== undefined) return `4:${v4}`;
  const v6 = parseIpv6(plain);
  return v6 === undefined ? undefined : `6:${v6.join(':')}`;
}

/**
 * Tells left from right by this host's addresses, as the products do: Openswan and libreswan look for an interface with the
 * address of either side; strongSwan takes left for local unless right is an address of its own.
 * Where that cannot be decided: `%defaultroute` and `%eth0` are local, `%any` is not, but neither is an address that this host, whose
 * addresses are known, has not (pluto: "we cannot identify ourselves"); else left, unsure.
 */
export function localSide(
  left: readonly string[],
  right: readonly string[],
  hostAddresses: readonly string[],
  product: IpsecConfProduct,
): LocalSide {
  const ours = new Set(hostAddresses.map(canonicalAddress).filter((address) => address !== undefined));
  const isOurs = (side: readonly string[]) =>
    side.some((address) => {
      const canonical = canonicalAddress(address);
      return canonical !== undefined && ours.has(canonical);
    });
  const [leftOurs, rightOurs] = [isOurs(left), isOurs(right)];
  if (leftOurs !== rightOurs) return { side: leftOurs ? 'left' : 'right', certainty: 'known' };
  const [leftHere, rightHere] = [left.some(standsForUs), right.some(standsForUs)];
  if (leftHere !== rightHere) return { side: leftHere ? 'left' : 'right', certainty: 'known' };
  const [leftAnybody, rightAnybody] = [isAnybody(left), isAnybody(right)];
  const others = leftAnybody ? right : left;
  const elsewhere = ours.size > 0 && others.every((address) => canonicalAddress(address) !== undefined);
  if (leftAnybody !== rightAnybody && product !== 'strongswan' && !elsewhere)
    return { side: leftAnybody ? 'right' : 'left', certainty: 'known' };
  // A name may be an address of ours.
  const namesOnRight = right.some((address) => canonicalAddress(address) === undefined && !address.startsWith('%'));
  // Nor do we know what strongSwan does on a host whose addresses nobody told us.
  if (product === 'strongswan') return { side: 'left', certainty: namesOnRight || hostAddresses.length === 0 ? 'unsure' : 'known' };
  return { side: 'left', certainty: 'unsure' };
}

function standsForUs(address: string): boolean {
  return /^%(defaultroute|[a-z]+\d[\w.-]*)$/i.test(address);
}

/** `%any` in its spellings, or nothing: no end that pluto takes for its own. */
export function isAnybody(side: readonly string[]): boolean {
  return (
    side.length === 0 || side.every((address) => /^(%any[46]?|%opportunistic(group)?|%oppo(group)?|%group|0\.0\.0\.0|::)$/i.test(address))
  );
}
