import { UsageError } from '../../bytes/errors.js';
import { connectionHead } from '../../report/connection-head.js';
import { createStyle } from '../../report/style.js';
import { type ConnectionNameFlags, connectionPeer, type NamedConnection, namedConnection } from '../connection/named.js';
import type { PeerFlags } from './flags.js';
import { type ProbeIo, processIo } from './io.js';
import { probePeer } from './peer.js';
import { probeScan, type ScanFlags } from './scan.js';

/**
 * `probe peer`, with a connection of the gateway's own configuration where one is named.
 * @returns exit status of `probePeer`
 * @throws UsageError, EnvironmentError
 */
export async function probeNamed(
  host: string | undefined,
  flags: PeerFlags & ConnectionNameFlags,
  io: ProbeIo = processIo(),
): Promise<number> {
  if (flags.conn === undefined) return probePeer(mustBe(host, flags, 'peer'), flags, io);
  const { source } = flags;
  const connection = await namedConnection(flags, {
    role: 'initiator',
    ...(host === undefined ? {} : { host }),
    ...(source === undefined ? {} : { source }),
  });
  showConnection(connection.head, flags, io);
  const from = source ?? connection.source;
  const all = { ...connection.flags, ...(from === undefined ? {} : { source: from }) };
  return probePeer(connection.host, all, io);
}

/** The same for `probe scan`, of which the connection only names the peer. */
export async function scanNamed(
  host: string | undefined,
  flags: ScanFlags & ConnectionNameFlags,
  io: ProbeIo = processIo(),
): Promise<number> {
  if (flags.conn === undefined || host !== undefined) return probeScan(mustBe(host, flags, 'scan'), flags, io);
  const peer = await connectionPeer(flags.conn, flags.config);
  const from = flags.source ?? peer.source;
  return probeScan(peer.host, { ...flags, ...(from === undefined ? {} : { source: from }) }, io);
}

/** The block above a run; where the output is for programs, what could not be taken over goes beside it. */
export function showConnection(
  head: NamedConnection<unknown>['head'],
  flags: Pick<PeerFlags, 'json' | 'verbose' | 'color'>,
  io: ProbeIo,
): void {
  if (flags.json === true) for (const note of head.notes) io.warn(`vpndoctor: ${head.name}: ${note}`);
  else for (const line of connectionHead(head, createStyle(io, !flags.color), flags.verbose === true)) io.output.line(line);
  io.output.flush();
}

function mustBe(host: string | undefined, { config }: ConnectionNameFlags, what: string): string {
  if (host === undefined)
    throw new UsageError('which peer?', `vpndoctor probe ${what} HOST, or --conn NAME for a connection in this host's configuration`);
  if (config !== undefined) throw new UsageError('--config without --conn', 'name the connection in it: --conn NAME');
  return host;
}
