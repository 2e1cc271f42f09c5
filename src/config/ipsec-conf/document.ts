import type { ConfigRemark, Connection, Sourced } from '../../model/connection.js';

/** Whose ipsec.conf it is: they share the grammar and differ in keywords and defaults. */
export type IpsecConfProduct = 'openswan' | 'libreswan' | 'strongswan';

/** `key=value` with its place. */
export interface IpsecConfSetting {
  /** As written. */
  readonly key: string;
  readonly value: Sourced<string>;
}

/** A section before `also=` and `%default` are applied. */
export interface IpsecConfSection {
  readonly kind: 'setup' | 'conn' | 'ca';
  /** Empty for `config setup`. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly settings: readonly IpsecConfSetting[];
}

/** What stands in an ipsec.conf and everything it includes. */
export interface IpsecConfDocument {
  /** Files read, in the order of reading; the first is the one asked for. */
  readonly files: readonly string[];
  /** `version 2.0`: an Openswan heritage. */
  readonly version?: Sourced<string>;
  readonly sections: readonly IpsecConfSection[];
  readonly remarks: readonly ConfigRemark[];
}

/** What an ipsec.conf means to its product. */
export interface IpsecConf {
  readonly product: IpsecConfProduct;
  /** `5.2`; absent where it was not told. */
  readonly productVersion?: string;
  readonly files: readonly string[];
  /** `config setup`, by keyword in lower case; what is not there has the product's default. */
  readonly setup: ReadonlyMap<string, Sourced<string>>;
  /** `%default` and pure `also=` targets are not connections of their own, but all that have a left or right are. */
  readonly connections: readonly Connection[];
  readonly remarks: readonly ConfigRemark[];
}
