import { type Answer, answer, type Host } from '../host.js';
import { readProcSockets } from './proc-sockets.js';
import { type ListeningSocket, parseSs } from './sockets.js';

/**
 * `ss`, which names address and owner in one question; where there is none, the tables of /proc/net, with the owners from the
 * open files of every process.
 */
export async function readSockets(host: Host): Promise<Answer<readonly ListeningSocket[]>> {
  const output = await host.run(['ss', '-H', '-l', '-n', '-t', '-u', '-w', '-p']);
  if (output.ok && output.value.status === 0) return answer(parseSs(output.value.stdout));
  const tables = await readProcSockets(host);
  if (tables.ok || output.ok) return tables;
  return output.reason === 'missing' ? tables : output;
}
