import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import type { RemoteAuth } from '../../engine/ike/settings.js';
import type { Environment } from '../../engine/step.js';
import { ProbeFacts } from '../../probes/ike/shared/probe-facts.js';
import { TunnelLink } from '../../probes/ike/shared/tunnel-link.js';
import type { ProbeTarget } from '../../probes/ike/target.js';
import { systemClock } from '../../transport/clock.js';
import { openUdp } from '../../transport/udp.js';
import { ServeEndpoint } from '../serve/endpoint.js';

const HOST = '127.0.0.1';
const SECRET_LENGTH = 32;
const FREE_PORTS = { ike: 0, natt: 0 };
/** Milliseconds, until no further handshake is begun; after these it hardly gets faster. */
const TIME = 150;
/** Milliseconds that V8 takes afterwards to compile, in threads of its own, what has run often: on a machine of few cores a peer here waits for them. */
const SETTLING = 30;
/** For one: more than the first takes, and bounded where loopback is cut. */
const PATIENCE = 500;

/**
 * Goes through handshakes with ourselves over loopback, with a secret made for it, so that the one with the peer finds code that has run
 * and algorithms that OpenSSL has fetched: a fresh process thinks for 6 ms about an answer that takes it less than 1 ms afterwards, and
 * a doctor should not charge the peer with that. Groups and algorithms are those of the target.
 * @param target one that is to authenticate
 * @param time in milliseconds from the first on, `patience` for one of them
 * @returns handshakes that came to their end; 0 where there is no loopback
 */
export async function rehearse(target: ProbeTarget, environment: Environment, time = TIME, patience = PATIENCE): Promise<number> {
  try {
    const done = await handshakes(target, environment, time, patience);
    await sleep(SETTLING);
    return done;
  } catch (error) {
    // It goes without.
    if (error instanceof EnvironmentError) return 0;
    throw error;
  }
}

async function handshakes(target: ProbeTarget, environment: Environment, time: number, patience: number): Promise<number> {
  const { ours, theirs } = settingsOfBoth(target, environment);
  const { ikev1, ...tunnel } = target.tunnel;
  // Without the user of XAuth, who is asked for after phase 1.
  const version = ikev1 === undefined ? {} : { ikev1: { exchange: ikev1.exchange } };
  const server = new ServeEndpoint({
    transport: await openUdp({ addresses: [HOST], ports: FREE_PORTS }),
    endpoint: { settings: { ...theirs, paths: {} }, accept: true, ...version },
    environment,
    clock: systemClock,
  });
  const { ike, natt } = server.paths;
  const facts = new ProbeFacts();
  const link = new TunnelLink({
    target: { ...target, ports: { ike: ike?.port ?? 0, natt: natt?.port ?? 0 }, tunnel: { ...tunnel, ...version, settings: ours } },
    facts,
    clock: systemClock,
    environment,
    signal: new AbortController().signal,
    rawEsp: false,
    resolve: async () => [HOST],
    route: async () => ({ source: HOST }),
    openTransport: () => openUdp({ addresses: [HOST], ports: FREE_PORTS, remotes: { ...(ike && { ike }), ...(natt && { natt }) } }),
  });
  let done = 0;
  try {
    await link.open(HOST, HOST);
    const end = systemClock.now() + time;
    while (systemClock.now() < end) {
      facts.beginAgain();
      link.initiate('ike');
      // In IKEv1 the CHILD_SA comes behind.
      const up = () => facts.ikeUp && (ours.child === undefined || facts.child !== undefined);
      await link.waitFor(() => up() || facts.childRefusals.length > 0 || facts.down !== undefined, patience);
      if (!up()) break;
      done++;
    }
  } finally {
    await Promise.all([link.close(), server.close(0)]);
  }
  return done;
}

/** What both ends are told: the user's algorithms, and nothing that needs the user's credentials. */
function settingsOfBoth({ tunnel }: ProbeTarget, { random }: Environment) {
  const { child, ppk: _, request: __, pool: ___, askedId: ____, ...rest } = tunnel.settings;
  const secret = new Secret(random(SECRET_LENGTH));
  const remoteAuth: RemoteAuth = {
    ids: [],
    secrets: [{ secret }],
    authorities: [],
    intermediates: [],
    revocationLists: [],
    rawKeys: [],
    allowNull: false,
    acceptUnverified: false,
  };
  const common = {
    ...rest,
    localAuth: { method: 'psk', secret },
    remoteAuth,
    encapsulation: 'force',
    lifetimes: { ike: 0, child: 0 },
    dpdDelay: 0,
  } as const;
  const mirrored = child && { ...child, localSelectors: child.remoteSelectors, remoteSelectors: child.localSelectors };
  return { ours: { ...common, ...(child && { child }) }, theirs: { ...common, ...(mirrored && { child: mirrored }) } };
}
