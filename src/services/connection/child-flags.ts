import { UsageError } from '../../bytes/errors.js';
import type { PoolFlags, TunnelFlags } from '../settings/flags.js';
import { type ConnectionReading, saysYes } from './reading.js';
import { asksForAddress, selectorsFor } from './selectors.js';

/** Selectors, mode, compression and addresses of a connection. @throws UsageError for a pair of networks that is not there */
export function childFlags(reading: ConnectionReading): Partial<TunnelFlags> & Partial<PoolFlags> {
  const { connection } = reading.end;
  const { role, addresses, pair } = reading.context;
  const { local, remote, places, pairs, unknown } = selectorsFor(connection, reading.version, addresses, pair);
  const [ours, theirs] = [local.join(', ') || 'everything', remote.join(', ') || 'everything'];
  if (pair > Math.max(pairs, 1)) throw new UsageError(`${connection.name} has ${pairs} pairs of networks, not ${pair}`);
  reading.row('selectors', `${ours} to ${theirs}`, places[0], true);
  if (pairs > 1)
    reading.note(`${connection.name} makes ${pairs} tunnels; this is number ${pair}: --conn ${connection.name}/2 takes the second`);
  for (const { value, file, line } of unknown) reading.note(`${file}:${line}: ${value} is no network, and was left out`);
  const virtual = role === 'initiator' && asksForAddress(connection);
  const pool = role === 'responder' ? poolOf(connection.remote.sourceIp?.value) : [];
  const push = (virtual || pool.length > 0) && pushesOf(reading);
  if (virtual) reading.row('address', push ? 'given by the peer unasked' : 'asked for at the peer', connection.local.sourceIp, true);
  const pools = reading.other('pools') ?? reading.other('rightaddresspool') ?? reading.other('leftaddresspool');
  if (pool.length > 0) reading.row('pool', pool.join(', '), connection.remote.sourceIp, true);
  else if (role === 'responder' && pools !== undefined) reading.note(`addresses of ${pools.value} are not handed out: --pool`);
  const transport = connection.mode.value === 'transport';
  reading.row('mode', connection.mode.value, connection.mode, transport);
  if (connection.compress.value) reading.row('compression', 'offered', connection.compress, true);
  return {
    ...(local.length === 0 ? {} : { localTs: local }),
    ...(remote.length === 0 ? {} : { remoteTs: remote }),
    ...(transport ? { transportMode: true } : {}),
    ...(connection.compress.value ? { ipcomp: true } : {}),
    ...(virtual ? { virtualIp: true } : {}),
    ...(pool.length === 0 ? {} : { pool }),
    ...(push ? { modeConfig: 'push' } : {}),
  };
}

/** IKEv1: whether the gateway begins with addresses. libreswan's default (ipsec.conf(5) "modecfgpull"), strongSwan's exception. */
function pushesOf(reading: ConnectionReading): boolean {
  if (reading.version !== 'ikev1') return false;
  const { dialect } = reading.end.connection;
  if (dialect === 'libreswan' || dialect === 'openswan') return !saysYes(reading.other('modecfgpull')?.value);
  const pull = reading.other('pull');
  return reading.other('modeconfig')?.value === 'push' || (pull !== undefined && !saysYes(pull.value));
}

/** Of `rightsourceip=10.9.0.0/24`; `%config`, `%radius` and names of pools are nothing to hand out. */
function poolOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => /^[\d.:a-f]+([/-][\d.:a-f]+)?$/i.test(item) && !/^(0\.0\.0\.0|::)$/.test(item));
}
