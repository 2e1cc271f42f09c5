import { UsageError } from '../../bytes/errors.js';
import type { ConfigEnd } from '../../config/effective/config-end.js';
import { versionsOf } from '../../config/effective/ike-versions.js';
import type { ConnectionRow } from '../../report/connection-head.js';
import type { PoolFlags, TunnelFlags } from '../settings/flags.js';
import { childFlags } from './child-flags.js';
import { credentialFlags } from './credential-flags.js';
import { identityFlags } from './identity-flags.js';
import { lifetimeFlags } from './lifetime-flags.js';
import { proposalFlags } from './proposal-flags.js';
import { type ConnectionContext, ConnectionReading } from './reading.js';
import { type WayFlags, wayFlags } from './way-flags.js';

/** What a connection says, as flags would say it. */
export interface ConnectionFlags {
  readonly flags: Partial<TunnelFlags> & Partial<PoolFlags> & WayFlags;
  /** What was taken, with its places. Holds no secrets. */
  readonly rows: readonly ConnectionRow[];
  /** What could not be taken over, and what to do about it. */
  readonly notes: readonly string[];
}

/**
 * A connection as flags: the one way to the engine's settings goes on from there. Pure but for the files that are handed in.
 * @throws UsageError for what negotiates nothing, EnvironmentError where a file with a key may not be read
 */
export function connectionFlags(end: ConfigEnd, context: ConnectionContext): ConnectionFlags {
  const { connection, product } = end;
  if (product === 'openvpn')
    throw new UsageError(`${connection.name} is a tunnel of OpenVPN`, 'probe and serve speak IKE and ESP; config check reads OpenVPN');
  if (connection.mode.value !== 'tunnel' && connection.mode.value !== 'transport')
    throw new UsageError(`${connection.name} is a policy (${connection.mode.value}), not a tunnel`, 'name another one with --conn');
  const reading = new ConnectionReading(end, context);
  const flags = {
    ...versionFlags(reading),
    ...proposalFlags(reading),
    ...identityFlags(reading),
    ...credentialFlags(reading),
    ...childFlags(reading),
    ...lifetimeFlags(reading),
    ...wayFlags(reading),
  };
  reading.rest();
  return { flags, rows: reading.rows, notes: reading.notes };
}

function versionFlags(reading: ConnectionReading): Partial<TunnelFlags> & WayFlags {
  const { connection } = reading.end;
  const v1 = reading.version === 'ikev1';
  const aggressive = v1 && connection.aggressive.value;
  const mode = aggressive ? ', aggressive mode' : v1 ? ', main mode' : '';
  reading.row('version', `${v1 ? 'IKEv1' : 'IKEv2'}${mode}`, connection.ikeVersion, true);
  return {
    ...(v1 ? { ikev1: true } : versionsOf(reading.end).includes('ikev1') ? {} : { ikev2: true }),
    ...(aggressive ? { aggressive: true } : {}),
  };
}
