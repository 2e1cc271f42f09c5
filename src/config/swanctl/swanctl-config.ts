import type { ConfigRemark, Connection, Sourced } from '../../model/connection.js';
import type { SecretEntry } from '../secret-entry.js';

/** `pools.<name>`. */
export interface SwanctlPool {
  readonly name: string;
  readonly addrs?: Sourced<string>;
  readonly file: string;
  readonly line: number;
}

/** `authorities.<name>`. */
export interface SwanctlAuthority {
  readonly name: string;
  readonly cacert?: Sourced<string>;
  readonly file: string;
  readonly line: number;
}

/** swanctl.conf with everything it includes. */
export interface SwanctlConfig {
  readonly files: readonly string[];
  /** One for each child; one without selectors for a connection that has no child. */
  readonly connections: readonly Connection[];
  readonly secrets: readonly SecretEntry[];
  readonly pools: readonly SwanctlPool[];
  readonly authorities: readonly SwanctlAuthority[];
  readonly remarks: readonly ConfigRemark[];
}
