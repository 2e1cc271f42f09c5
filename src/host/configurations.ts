import type { IpsecConf, IpsecConfProduct } from '../config/ipsec-conf/document.js';
import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import type { SecretEntry } from '../config/secret-entry.js';
import type { SwanctlConfig } from '../config/swanctl/swanctl-config.js';
import type { ConfigRemark, Connection } from '../model/connection.js';
import type { FileStat, NoAnswerReason } from './host.js';

export interface ConfigurationOptions {
  /** Read these instead of what stands in the usual places. */
  readonly files?: readonly string[];
  /** Addresses of this host, without prefix: they tell left from right. */
  readonly addresses: readonly string[];
  /** Whose ipsec.conf it is, where that is known from what is installed or running; else it is told from files and keywords. */
  readonly product?: { readonly name: IpsecConfProduct; readonly version?: string };
}

/** What a file is to its product. `key`, `certificate`: named by a configuration, not read. */
export type ConfigurationFileRole = 'ipsec.conf' | 'ipsec.secrets' | 'swanctl.conf' | 'openvpn';

/** A configuration file that is there. */
export interface ConfigurationFile {
  readonly path: string;
  readonly role: ConfigurationFileRole;
  /** File that includes it; absent for those in the usual places. */
  readonly includedFrom?: string;
  /** Absent where even that was refused. */
  readonly stat?: FileStat;
  /** Why it was not read. */
  readonly unread?: { readonly reason: NoAnswerReason; readonly message: string };
}

/** Everything that the host's files say about tunnels. */
export interface Configurations {
  readonly files: readonly ConfigurationFile[];
  readonly ipsecConfs: readonly IpsecConf[];
  readonly swanctl: readonly SwanctlConfig[];
  readonly openvpn: readonly OpenvpnConfig[];
  /** Of all of them. */
  readonly connections: readonly Connection[];
  readonly secrets: readonly SecretEntry[];
  readonly remarks: readonly ConfigRemark[];
}
