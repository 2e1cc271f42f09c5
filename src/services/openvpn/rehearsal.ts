import { EnvironmentError } from '../../bytes/errors.js';
import { makeSelfSigned, type SelfSigned } from '../../crypto/certificates/self-signed.js';
import { createMachine } from '../../engine/openvpn/machine.js';
import { judgePeerCertificate } from '../../engine/openvpn/peer-certificate.js';
import type { ControlWrapping, TlsSettings } from '../../engine/openvpn/settings.js';
import type { Environment, Path } from '../../engine/step.js';
import { STATIC_KEY_LENGTH, splitStaticKey } from '../../keymat/openvpn-static-key.js';
import { systemClock } from '../../transport/clock.js';
import { OpenvpnEndpoint } from '../../transport/openvpn/endpoint.js';
import { connectOpenvpnTcp, listenOpenvpnTcp, type OpenvpnSockets, openOpenvpnUdp } from '../../transport/openvpn/sockets.js';
import { createTlsStack } from '../../transport/tls.js';

const HOST = '127.0.0.1';
/** Milliseconds, until no further handshake is begun; after these it hardly gets faster. */
const TIME = 150;
/** For a handshake, and a connection before it: more than the first takes, and bounded where loopback is cut. */
const PATIENCE = 1000;
const DAYS = 1;
const TURNS = 4;

/**
 * Goes through handshakes with ourselves over loopback, with certificates made for it, so that the one with the peer finds code that has
 * run: a doctor should not charge the peer with what a fresh process takes to think. Protocol, wrapping, TLS versions and ciphers are those of
 * the target.
 * @param settings those of the client
 * @param time in milliseconds from the first on, `patience` for one of them
 * @returns handshakes that came to their end; 0 where there is no loopback
 */
export async function rehearse(settings: TlsSettings, environment: Environment, time = TIME, patience = PATIENCE): Promise<number> {
  try {
    return await handshakes(settings, environment, time, patience);
  } catch (error) {
    // It goes without.
    if (error instanceof EnvironmentError) return 0;
    throw error;
  }
}

async function handshakes(settings: TlsSettings, environment: Environment, time: number, patience: number): Promise<number> {
  const { client, server } = settingsOfBoth(settings, environment);
  const begin = async (own: TlsSettings, port?: number) => {
    const sockets = await openSockets(settings.protocol, port);
    const machine = createMachine({ settings: own }, environment);
    const options = { sockets, settings: own, machine: () => machine, environment, clock: systemClock, tls: createTlsStack() };
    return { endpoint: new OpenvpnEndpoint(options), local: sockets.local ?? { address: HOST, port: 0 } };
  };
  const serving = await begin(server);
  let done = 0;
  try {
    const calling = await begin(client, serving.local.port);
    try {
      const channel = settings.protocol === 'tcp' ? 'openvpn-tcp' : 'openvpn';
      const path: Path = { channel, local: calling.local, remote: serving.local };
      const end = systemClock.now() + time;
      while (systemClock.now() < end) {
        const up = calling.endpoint.until(({ kind }) => kind === 'up' || kind === 'ended', patience);
        calling.endpoint.command({ kind: 'connect', path });
        const happening = await up;
        if (happening?.kind !== 'up') break;
        calling.endpoint.command({ kind: 'close', session: happening.session });
        // What we show is mostly of the same authority as what the peer will show.
        judgePeerCertificate(settings.tls.certificates, settings.tls.peer, 'client', environment.date());
        done++;
      }
    } finally {
      await calling.endpoint.close();
    }
  } finally {
    await serving.endpoint.close();
    // Node tidies up behind closed TLS in the turns that follow: not while the peer is spoken to.
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

/** @param port of the other end; undefined: it is waited for */
function openSockets(protocol: TlsSettings['protocol'], port: number | undefined): Promise<OpenvpnSockets> {
  if (protocol === 'udp')
    return openOpenvpnUdp({ addresses: [HOST], port: 0, ...(port !== undefined && { remote: { address: HOST, port } }) });
  return port === undefined
    ? listenOpenvpnTcp({ addresses: [HOST], port: 0 })
    : connectOpenvpnTcp({ remote: { address: HOST, port }, milliseconds: PATIENCE });
}

/** What both ends are told: the user's way of wrapping and ciphers, and nothing of the user's keys. */
function settingsOfBoth(
  settings: TlsSettings,
  { random, date }: Environment,
): { readonly client: TlsSettings; readonly server: TlsSettings } {
  const make = (name: string, usage: 'serverAuth' | 'clientAuth') => makeSelfSigned({ name, usage, days: DAYS }, random, date());
  const [ofServer, ofClient] = [make('rehearsal server', 'serverAuth'), make('rehearsal client', 'clientAuth')];
  const { credentials: _, ...rest } = settings;
  const key = splitStaticKey(random(STATIC_KEY_LENGTH));
  const end = (role: 'client' | 'server', own: SelfSigned, other: SelfSigned): TlsSettings => ({
    ...rest,
    role,
    pushes: true,
    explicitExitNotify: 0,
    mtuTest: false,
    wrapping: wrappingLike(settings.wrapping, key, role === 'client' ? 1 : 0),
    tls: {
      ...settings.tls,
      key: own.key,
      certificates: [own.certificate],
      // Judged in the same way as the peer's: it is its own authority.
      peer: { authorities: [other.certificate], revocationLists: [], fingerprints: [], keyUsage: false, required: 'require' },
    },
    ...(role === 'server' && { server: { push: [], users: [], authToken: false } }),
  });
  return { client: end('client', ofClient, ofServer), server: end('server', ofServer, ofClient) };
}

function wrappingLike(wrapping: ControlWrapping, key: ReturnType<typeof splitStaticKey>, direction: 0 | 1): ControlWrapping {
  if (wrapping.kind === 'none') return wrapping;
  return wrapping.kind === 'tls-auth' ? { kind: 'tls-auth', key, direction, digest: wrapping.digest } : { kind: 'tls-crypt', key };
}
