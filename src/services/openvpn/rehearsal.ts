import { EnvironmentError } from '../../bytes/errors.js';
import { makeSelfSigned, type SelfSigned } from '../../crypto/certificates/self-signed.js';
import { createMachine } from '../../engine/openvpn/machine.js';
import type { ControlWrapping, TlsSettings } from '../../engine/openvpn/settings.js';
import type { Environment, Path } from '../../engine/step.js';
import { STATIC_KEY_LENGTH, splitStaticKey } from '../../keymat/openvpn-static-key.js';
import { systemClock } from '../../transport/clock.js';
import { OpenvpnEndpoint } from '../../transport/openvpn/endpoint.js';
import { openOpenvpnUdp } from '../../transport/openvpn/sockets.js';
import { createTlsStack } from '../../transport/tls.js';

const HOST = '127.0.0.1';
/** Milliseconds, until no further handshake is begun; after these it hardly gets faster. */
const TIME = 150;
/** For one: more than the first takes, and bounded where loopback is cut. */
const PATIENCE = 1000;
const DAYS = 1;

/**
 * Goes through handshakes with ourselves over loopback, with certificates made for it, so that the one with the peer finds code that has
 * run: a doctor should not charge the peer with what a fresh process takes to think. Wrapping, TLS versions and ciphers are those of the
 * target.
 * @param settings those of the client
 * @returns handshakes that came to their end; 0 where there is no loopback
 */
export async function rehearse(settings: TlsSettings, environment: Environment, milliseconds = TIME): Promise<number> {
  try {
    return await handshakes(settings, environment, systemClock.now() + milliseconds);
  } catch (error) {
    // It goes without.
    if (error instanceof EnvironmentError) return 0;
    throw error;
  }
}

async function handshakes(settings: TlsSettings, environment: Environment, end: number): Promise<number> {
  const { client, server } = settingsOfBoth(settings, environment);
  const begin = async (own: TlsSettings, port?: number) => {
    const remote = port === undefined ? {} : { remote: { address: HOST, port } };
    const sockets = await openOpenvpnUdp({ addresses: [HOST], port: 0, ...remote });
    const machine = createMachine({ settings: own }, environment);
    const options = { sockets, settings: own, machine: () => machine, environment, clock: systemClock, tls: createTlsStack() };
    return { endpoint: new OpenvpnEndpoint(options), local: sockets.local ?? { address: HOST, port: 0 } };
  };
  const serving = await begin(server);
  let done = 0;
  try {
    const calling = await begin(client, serving.local.port);
    try {
      const path: Path = { channel: 'openvpn', local: calling.local, remote: serving.local };
      while (systemClock.now() < end) {
        const up = calling.endpoint.until(({ kind }) => kind === 'up' || kind === 'ended', PATIENCE);
        calling.endpoint.command({ kind: 'connect', path });
        const happening = await up;
        if (happening?.kind !== 'up') break;
        calling.endpoint.command({ kind: 'close', session: happening.session });
        done++;
      }
    } finally {
      await calling.endpoint.close();
    }
  } finally {
    await serving.endpoint.close();
  }
  return done;
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
    protocol: 'udp',
    pushes: true,
    explicitExitNotify: 0,
    mtuTest: false,
    wrapping: wrappingLike(settings.wrapping, key, role === 'client' ? 1 : 0),
    tls: {
      ...settings.tls,
      key: own.key,
      certificates: [own.certificate],
      peer: {
        authorities: [],
        revocationLists: [],
        fingerprints: [other.certificate.fingerprint256.replaceAll(':', '').toLowerCase()],
        keyUsage: false,
        required: 'require',
      },
    },
    ...(role === 'server' && { server: { push: [], users: [], authToken: false } }),
  });
  return { client: end('client', ofClient, ofServer), server: end('server', ofServer, ofClient) };
}

function wrappingLike(wrapping: ControlWrapping, key: ReturnType<typeof splitStaticKey>, direction: 0 | 1): ControlWrapping {
  if (wrapping.kind === 'none') return wrapping;
  return wrapping.kind === 'tls-auth' ? { kind: 'tls-auth', key, direction, digest: wrapping.digest } : { kind: 'tls-crypt', key };
}
