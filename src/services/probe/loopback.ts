import { randomBytes } from 'node:crypto';
import { Secret } from '../../bytes/secret.js';
import { probeIds } from '../../probes/ike/probe-ids.js';
import type { ProbeTarget } from '../../probes/ike/target.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { joinTransports } from '../../transport/join.js';
import { openRaw } from '../../transport/raw.js';
import type { Transport } from '../../transport/transport.js';
import { openUdp } from '../../transport/udp.js';
import { ServeEndpoint } from '../serve/endpoint.js';
import type { PoolFlags } from '../settings/flags.js';
import { initiatorSettings, responderSettings } from '../settings/from-flags.js';
import { withAndWithoutPfs } from '../settings/pfs.js';
import { addressOf, mtuOf, patienceOf, type RunFlags, serviceOf, untilOf } from './flags.js';
import { mustOpenRaw } from './ike-sockets.js';
import { type ProbeIo, processIo } from './io.js';
import { runProbe } from './run.js';

const HOST = '127.0.0.1';
/** RFC 5737: networks for examples, so that nothing of this host is meant. */
const OURS = '192.0.2.0/24';
const THEIRS = '198.51.100.0/24';
const INSIDE = '198.51.100.1';
/** Where the built-in peer takes TCP connections. */
const TCP_PORTS = new Set([80, 443]);
/** Where it sends back what comes, RFC 862. */
const ECHO_PORT = 7;
const CLOSING = 500;
const SECRET_LENGTH = 32;

/**
 * Both ends built in, over real UDP sockets on loopback: proves the engine, and shows what success looks like.
 * @returns exit status: 0 everything works, 1 something is wrong
 * @throws UsageError, EnvironmentError
 */
export async function probeLoopback(given: RunFlags, io: ProbeIo = processIo()): Promise<number> {
  const transport = given.transportMode === true;
  const usual = (selectors: readonly string[], network: string) =>
    selectors.length > 0 || !given.child ? selectors : [transport ? HOST : network];
  // AH goes as IP protocol 51 alone.
  const raw = given.ah !== undefined && (await mustOpenRaw());
  const flags: RunFlags = {
    ...given,
    localTs: usual(given.localTs, OURS),
    remoteTs: usual(given.remoteTs, THEIRS),
    // Raw ESP would need root.
    forceEncap: !raw,
  };
  const until = untilOf(flags.until, probeIds);
  const ping = addressOf(flags.ping, '--ping') ?? (transport ? HOST : INSIDE);
  const connect = serviceOf(flags.connect, '--connect');
  const datagram = serviceOf(flags.udp, '--udp');
  const mtu = mtuOf(flags.mtu);
  const patience = patienceOf(flags.timeout);
  const secret = new Secret(randomBytes(SECRET_LENGTH));
  const ours = withSecret(await initiatorSettings(flags, 4, patience, io), secret);
  const theirs = await responderSettings(mirrored(flags), 4, patience, io);
  const { localAuth } = ours.settings;
  const server = new ServeEndpoint({
    transport: await openSockets(raw),
    endpoint: {
      settings: {
        ...theirs.settings,
        paths: {},
        ...(localAuth.method === 'psk'
          ? { localAuth, remoteAuth: { ...theirs.settings.remoteAuth, secrets: [{ secret: localAuth.secret }], allowNull: false } }
          : {}),
        ...(theirs.settings.child === undefined ? {} : { child: withAndWithoutPfs(theirs.settings.child, theirs.settings.ikeProposals) }),
      },
      accept: true,
      ...(theirs.ikev1 === undefined ? {} : { ikev1: theirs.ikev1 }),
    },
    environment: systemEnvironment,
    clock: systemClock,
    inner: { tcpPorts: TCP_PORTS, udpPorts: new Set([ECHO_PORT]) },
  });
  const { ike, natt } = server.paths;
  const target: ProbeTarget = {
    host: HOST,
    ports: { ike: ike?.port ?? 0, natt: natt?.port ?? 0 },
    source: HOST,
    tunnel: ours,
    patience,
    ...(until === undefined ? {} : { until }),
    ping,
    connect: connect ?? { address: ping, port: 80 },
    datagram: datagram ?? { address: ping, port: ECHO_PORT },
    ...(mtu === undefined ? {} : { mtu }),
  };
  try {
    return await runProbe(
      'Both ends built in, over UDP on loopback',
      target,
      {
        rawEsp: raw,
        resolve: async () => [HOST],
        route: async () => ({ source: HOST, interface: 'lo' }),
        openTransport: () => openSockets(raw),
      },
      flags,
      io,
    );
  } finally {
    await server.close(CLOSING);
  }
}

async function openSockets(raw: boolean): Promise<Transport> {
  const udp = await openUdp({ addresses: [HOST], ports: { ike: 0, natt: 0 } });
  return raw ? joinTransports({ udp, raw: await openRaw({ addresses: [HOST] }) }) : udp;
}

/** The same flags as the peer would have them: selectors and identities crosswise. */
function mirrored(flags: RunFlags): RunFlags & PoolFlags {
  // The pre-shared key is handed over: it is asked for, and warned of, once.
  const { id, peerId, psk: _, pskFile: __, pskPrompt: ___, ...rest } = flags;
  return {
    ...rest,
    localTs: flags.remoteTs,
    remoteTs: flags.localTs,
    ...(peerId === undefined ? {} : { id: peerId }),
    ...(id === undefined ? {} : { peerId: id }),
    forceEncap: false,
    // Of no consequence where there is a key: it is what makes settings without credentials possible.
    nullAuth: true,
    pool: flags.virtualIp === true ? [OURS] : [],
    dns: [],
    subnet: [],
  };
}

type Settings = Awaited<ReturnType<typeof initiatorSettings>>;

/** Without credentials of the user's both ends have a secret made for this run. */
function withSecret(tunnel: Settings, secret: Secret): Settings {
  if (tunnel.proof !== undefined) return tunnel;
  const { settings } = tunnel;
  return {
    ...tunnel,
    proof: 'pre-shared key',
    canVerify: true,
    settings: {
      ...settings,
      localAuth: { method: 'psk', secret },
      remoteAuth: { ...settings.remoteAuth, secrets: [{ secret }], acceptUnverified: false },
    },
  };
}
