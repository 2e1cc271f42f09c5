import type { ConfigRemark, Connection } from '../../model/connection.js';
import type { OpenvpnConfig } from '../openvpn/openvpn-config.js';
import type { SecretEntry } from '../secret-entry.js';

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
