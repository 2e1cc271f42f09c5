import { atLeast, olderThan } from '../versions.js';
import type { IpsecConfProduct } from './document.js';

/**
 * Words that only one of the products, or two of them, would have in their file; matched at the beginning of a setting. What libreswan
 * took over from Openswan and went on with (`salifetime`, `phase2alg`, `protostack=netkey` …) tells nothing.
 */
const marks: Readonly<Record<IpsecConfProduct, RegExp>> = {
  strongswan:
    /^\s+(charondebug|strictcrlpolicy|cachecrls|(left|right)(auth2?|id2|cert2|firewall|hostaccess|allowany|groups|sigkey|dns)|keyexchange\s*=\s*ike|margintime|closeaction|eap_identity|installpolicy|reauth|mediation|type\s*=\s*(beet|transport_proxy)|dpdaction\s*=\s*none)\b|^\s+(ike|esp|ah)\s*=[^\n]*!|^ca\s/gm,
  libreswan:
    /^\s+(virtual-private|ikev1-policy|ipsec-interface|vti-[a-z]+|ipsec-lifetime|ike_?frag|fragmentation|logfile|dnssec-[a-z]+|ocsp-[a-z-]+|(left|right)(ckaid|addresspool|vti|username|ecdsakey|pubkey|modecfgclient)|mark-(in|out)|nssdir|narrowing|protostack\s*=\s*xfrm|sha2-truncbug|encapsulation|keep-alive|auto\s*=\s*(ondemand|keep)|modecfgdns|pam-authorize|negotiationshunt|mobike)\b|^\s+(ike|esp|phase2alg)\s*=[^\n]*;dh\d/gm,
  openswan:
    /^\s+(nat_traversal|oe|klipsdebug|plutoopts|plutowait|manualstart|forwardcontrol|virtual_private|protostack\s*=\s*(klips|auto|mast)|prepluto|postpluto|force_keepalive|(left|right)subnetwithin)\b|^version\s+2/gm,
};

/**
 * Guesses whose ipsec.conf a text is, by the words in it; for a file without a host. `sure` when only one has any of its words.
 * Without a trace: libreswan, which is what most installations of an ipsec.conf have today.
 * @param version of the product, where that is known
 */
export function detectProduct(text: string, version?: string): { readonly product: IpsecConfProduct; readonly sure: boolean } {
  const head = text.slice(0, MAX_LOOKED_AT);
  const counts = (Object.keys(marks) as IpsecConfProduct[])
    .filter((product) => existed(product, version))
    .map((product) => ({ product, count: head.match(marks[product])?.length ?? 0 }));
  const [best, second] = counts.toSorted((a, b) => b.count - a.count);
  if (best === undefined || best.count === 0) return { product: existed('libreswan', version) ? 'libreswan' : 'openswan', sure: false };
  return { product: best.product, sure: second === undefined || second.count === 0 };
}

/** Openswan ended with 2.6 in all but its name, libreswan began with 3.0. */
function existed(product: IpsecConfProduct, version: string | undefined): boolean {
  return product === 'openswan' ? !atLeast(version, '3.0') : product !== 'libreswan' || !olderThan(version, '3.0');
}

const MAX_LOOKED_AT = 1_000_000;
