import type { ConfigRemark, Connection, Sourced } from '../../model/connection.js';
import type { SecretEntry } from '../secret-entry.js';
import type { CiscoPlatform } from './statement.js';

/** What a running-config says about its tunnels. */
export interface CiscoConfig {
  readonly file: string;
  readonly platform: CiscoPlatform;
  /** `8.2(5)`, `15.2`. */
  readonly version?: Sourced<string>;
  readonly hostname?: Sourced<string>;
  /** One for each entry of a crypto map and each of its peers. */
  readonly connections: readonly Connection[];
  /** Secrets that are shown as `*****` have an entry without one. */
  readonly secrets: readonly SecretEntry[];
  readonly remarks: readonly ConfigRemark[];
}
