import { isIP } from 'node:net';
import { UsageError } from '../../bytes/errors.js';
import type { OpenvpnHappening } from '../../engine/openvpn/happenings.js';
import { endpointText } from '../../model/endpoint-text.js';
import { openvpnHappeningText } from '../../report/openvpn-serve-line.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { prepareKept } from '../../transport/openssl.js';
import { listenOpenvpnTcp, openOpenvpnUdp } from '../../transport/openvpn/sockets.js';
import { createTlsStack } from '../../transport/tls.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { portOf } from '../probe/flags.js';
import { type ProbeIo, processIo } from '../probe/io.js';
import { listenOn, type ServeRunFlags, timeoutOf } from '../serve/flags.js';
import { Journal } from '../serve/journal.js';
import { PeerNames } from '../serve/peer-names.js';
import { ServeTun } from '../serve/tun.js';
import type { OpenvpnFlags } from './flags.js';
import { sayNotes } from './probe.js';
import { OpenvpnRecording } from './recording.js';
import { ServeOpenvpn } from './serve-endpoint.js';
import { readTunnel } from './tunnel.js';

/** The flags of `vpndoctor serve --openvpn`, as commander gives them. */
export interface ServeOpenvpnFlags extends OpenvpnFlags, ServeRunFlags {
  /** The configuration, where one is given. */
  readonly openvpn?: string | true;
  readonly pool: readonly string[];
}

/** Saying goodbye may take that long, in milliseconds. */
const CLOSING = 2000;

/**
 * Our engine as the server, or as one end of a static key, for foreign clients to test against. Ends on Ctrl-C.
 * @returns exit status: 0; 1 when somebody was refused
 * @throws UsageError, EnvironmentError
 */
export async function serveOpenvpn(flags: ServeOpenvpnFlags, io: ProbeIo = processIo()): Promise<number> {
  const milliseconds = timeoutOf(flags.timeout);
  const file = typeof flags.openvpn === 'string' ? flags.openvpn : undefined;
  const anyPort = flags.port === '0';
  // No port of a configuration: what a free one is, the socket says.
  const { port: _, ...rest } = flags;
  const tunnel = await readTunnel(
    anyPort ? rest : flags,
    { role: 'server', pool: flags.pool, ...(file === undefined ? {} : { file }) },
    io,
  );
  sayNotes(tunnel, flags, io);
  const protocol = tunnel.localProtocol;
  const settings = tunnel.settings[protocol];
  if (settings.mode === 'tls' && settings.role === 'client')
    throw new UsageError(
      `${tunnel.name} is the configuration of a client`,
      'vpndoctor probe peer FILE calls its server; serve takes that of a server',
    );
  const port = anyPort ? 0 : (portOf(flags.port, '--port') ?? tunnel.localPort ?? OPENVPN_PORT);
  const addresses = flags.listen.length === 0 && tunnel.localAddress !== undefined ? [tunnel.localAddress] : listenOn(flags.listen);
  const tun = flags.tun === undefined ? undefined : await ServeTun.open(flags.tun, io);
  const recording = flags.write === undefined ? undefined : new OpenvpnRecording(flags.write, settings);
  const sockets =
    protocol === 'tcp'
      ? await listenOpenvpnTcp({ addresses, port, flag: '--port' })
      : await openOpenvpnUdp({ addresses, port, flag: '--port' });
  const tls = createTlsStack();
  const journal = new Journal(flags, io);
  const peers = new PeerNames<number>();
  const up = new Set<number>();
  let refused = false;
  const onHappening = (happening: OpenvpnHappening) => {
    const { session, kind } = happening;
    recording?.onHappening(happening);
    if ('path' in happening) peers.heard(session, happening.path.remote);
    const peer = peers.nameOf(session);
    if (kind === 'up') up.add(session);
    if (isRefusal(happening)) refused = true;
    const from = up.has(session) ? 'peer' : 'noise';
    if (kind === 'ended') {
      up.delete(session);
      peers.forget(session);
    }
    journal.write({ peer, id: String(session), record: { session }, event: kind, words: openvpnHappeningText(happening), from });
  };
  const server = new ServeOpenvpn({
    sockets: recording?.wrap(sockets) ?? sockets,
    settings,
    environment: systemEnvironment,
    clock: systemClock,
    tls,
    prepare: prepareKept,
    onHappening,
    onTunnel: (tunnel) => {
      if (tunnel.over) tun?.withdraw(tunnel);
      else tun?.offer(tunnel, () => tunnel.held());
    },
    onDrop: ({ text }, path, session) => journal.dropped(`${endpointText(path.remote)}: session ${session ?? '-'}`, text),
  });
  const { local } = server;
  const [first] = tunnel.remotes;
  // Two ends with a static key call each other; a name would have to be looked up first, and the peer calls anyway.
  if (settings.mode === 'static' && first !== undefined && isIP(first.host) !== 0 && protocol === 'udp' && local !== undefined)
    server.connect({ channel: 'openvpn', local, remote: { address: first.host, port: first.port } });
  io.warn(
    `vpndoctor: waiting for ${settings.mode === 'static' ? 'the other end of the static key' : 'clients'} on ${protocol.toUpperCase()} ${local?.port}; Ctrl-C ends it`,
  );
  try {
    const ends = (happening: OpenvpnHappening) => happening.kind === 'ended' && happening.session !== 0;
    await server.until((happening) => flags.once === true && ends(happening), milliseconds, io.signal);
  } finally {
    await tun?.close();
    await server.close(CLOSING);
    tls.close();
    recording?.close();
  }
  return refused ? 1 : 0;
}

/** A client that got to who it is and no farther. */
function isRefusal(happening: OpenvpnHappening): boolean {
  if (happening.kind === 'credentials') return !happening.accepted;
  if (happening.kind === 'peer-certificate') return happening.verdict === 'invalid';
  return happening.kind === 'ended' && happening.refusal?.code === 'no-common-cipher';
}
