import type { ConfigEnd } from '../effective/config-end.js';
import type { Converted } from './converted.js';
import { counterpartOf } from './counterpart.js';
import { writeCisco } from './write-cisco.js';
import { writeIpsecConf } from './write-ipsec-conf.js';
import { writeOpenvpn } from './write-openvpn.js';
import { writeSwanctl } from './write-swanctl.js';

/** The languages that counterparts are written in. */
export const targets = ['ipsec.conf', 'swanctl', 'asa', 'openvpn'] as const;
export type ConvertTarget = (typeof targets)[number];

/**
 * A working counterpart for the other end of these connections. Undefined where the language cannot say such a tunnel at all: IPsec
 * for OpenVPN, and the other way round.
 * @param product whose ipsec.conf is written
 */
export function convert(
  ends: readonly ConfigEnd[],
  to: ConvertTarget,
  product: 'openswan' | 'libreswan' | 'strongswan',
): Converted | undefined {
  const [first] = ends;
  if (to === 'openvpn') return first?.openvpn === undefined ? undefined : writeOpenvpn(first.openvpn);
  const counterparts = ends.map(counterpartOf).filter((end) => end !== undefined);
  if (counterparts.length === 0) return undefined;
  switch (to) {
    case 'ipsec.conf':
      return writeIpsecConf(counterparts, product);
    case 'swanctl':
      return writeSwanctl(counterparts);
    case 'asa':
      return writeCisco(counterparts);
  }
}
