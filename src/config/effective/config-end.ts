import type { ConfigRemark, Connection } from '../../model/connection.js';
import type { OpenvpnConfig } from '../openvpn/openvpn-config.js';
import type { SecretEntry } from '../secret-entry.js';
import { olderThan } from '../versions.js';

/** Whose software reads the configuration: defaults and manners differ. */
export type Product = 'openswan' | 'libreswan' | 'strongswan' | 'asa' | 'ios' | 'racoon' | 'isakmpd' | 'openvpn';

/** One connection together with what the rest of its configuration says about it. */
export interface ConfigEnd {
  readonly connection: Connection;
  readonly product: Product;
  /** Absent: the newest is assumed. */
  readonly version?: string;
  /** All secrets of the configuration; `undefined`: it was not given, so nothing is said about them. */
  readonly secrets: readonly SecretEntry[] | undefined;
  /** On the connection, or on all of the file. */
  readonly remarks: readonly ConfigRemark[];
  /** Texts by file: corrected lines keep what else stands in them. */
  readonly texts: ReadonlyMap<string, string>;
  /** What an OpenVPN connection was made from. */
  readonly openvpn?: OpenvpnConfig;
}

/** PIX before 7.0 has commands and defaults of its own (`isakmp policy 1 group 2` in one line, no tunnel-group). */
export function isOldPix({ product, version }: Pick<ConfigEnd, 'product' | 'version'>): boolean {
  return product === 'asa' && olderThan(version, '7.0');
}

/** What people call it. */
export function productName(end: Pick<ConfigEnd, 'product' | 'version'>): string {
  return isOldPix(end) ? 'Cisco PIX' : productNames[end.product];
}

/** With its version, where that is known. */
export function nameWithVersion(end: Pick<ConfigEnd, 'product' | 'version'>): string {
  return end.version === undefined ? productName(end) : `${productName(end)} ${end.version}`;
}

/** The name that people know. */
export const productNames: Readonly<Record<Product, string>> = {
  openswan: 'Openswan',
  libreswan: 'libreswan',
  strongswan: 'strongSwan',
  asa: 'Cisco ASA',
  ios: 'Cisco IOS',
  racoon: 'racoon',
  isakmpd: 'isakmpd',
  openvpn: 'OpenVPN',
};
