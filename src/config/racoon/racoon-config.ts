import type { ConfigRemark, Connection } from '../../model/connection.js';
import type { SecretEntry } from '../secret-entry.js';

/** racoon.conf, the policies of setkey beside it, and psk.txt. */
export interface RacoonConfig {
  readonly files: readonly string[];
  /** One for each outgoing policy of a peer; one without networks for a `remote` that no policy names. */
  readonly connections: readonly Connection[];
  /** Undefined where psk.txt was not found. */
  readonly secrets: readonly SecretEntry[] | undefined;
  readonly remarks: readonly ConfigRemark[];
}
