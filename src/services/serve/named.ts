import { UsageError } from '../../bytes/errors.js';
import { type ConnectionNameFlags, namedConnection } from '../connection/named.js';
import { type ProbeIo, processIo } from '../probe/io.js';
import { showConnection } from '../probe/named.js';
import { type ServeFlags, serve } from './serve.js';

/**
 * `serve`, as our end of a connection of the gateway's own configuration where one is named, or with `--as-peer` as the other one.
 * @returns exit status of `serve`
 * @throws UsageError, EnvironmentError
 */
export async function serveNamed(flags: ServeFlags & ConnectionNameFlags, io: ProbeIo = processIo()): Promise<number> {
  const { conn, config, asPeer, listen } = flags;
  if (conn === undefined) {
    if (config !== undefined || asPeer === true)
      throw new UsageError(`${asPeer === true ? '--as-peer' : '--config'} without --conn`, 'name the connection: --conn NAME');
    return serve(flags, io);
  }
  // Where the other end listens says nothing about which end is ours.
  const [at] = asPeer === true ? [] : listen;
  const connection = await namedConnection(flags, { role: 'responder', ...(at === undefined ? {} : { source: at }) });
  showConnection(connection.head, flags, io);
  return serve(connection.flags, io);
}
