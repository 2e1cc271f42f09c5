import { Secret } from '../../bytes/secret.js';
import type { Environment, Message, Path } from '../step.js';
import { createEndpoint, step } from './endpoint.js';
import type { Ikev2Settings, RemoteAuth } from './settings.js';

const SECRET_LENGTH = 32;
/** More than a handshake takes, fragments included. */
const MOST_MESSAGES = 50;
/** After that many it hardly gets faster. */
const ROUNDS = 30;

/** Addresses of documentation: nothing is sent. */
const here = { address: '192.0.2.1', port: 500 };
const there = { address: '192.0.2.2', port: 500 };
const ike: Path = { channel: 'ike', local: here, remote: there };

/**
 * Goes through handshakes with itself, in memory and with a secret made for it, so that the one with a peer finds code that has run and
 * algorithms that OpenSSL has fetched: a fresh process thinks for 6 ms about an answer that it sees through in less than 1 ms afterwards,
 * and a doctor should not charge the peer with that. Groups and algorithms are those of `settings`.
 * @param now a clock in milliseconds
 * @param milliseconds after which no further one is begun
 * @returns handshakes that came to their end
 */
export function rehearse(
  settings: Omit<Ikev2Settings, 'paths'>,
  environment: Environment,
  now: () => number,
  milliseconds: number,
): number {
  const end = now() + milliseconds;
  let done = 0;
  for (let round = 0; round < ROUNDS && now() < end; round++) if (handshake(settings, environment)) done++;
  return done;
}

/** True: the IKE SA came up. */
function handshake(settings: Omit<Ikev2Settings, 'paths'>, environment: Environment): boolean {
  const { child, ppk: _, request: __, pool: ___, askedId: ____, ...rest } = settings;
  const secret = new Secret(environment.random(SECRET_LENGTH));
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
  const common = { ...rest, localAuth: { method: 'psk', secret }, remoteAuth, lifetimes: { ike: 0, child: 0 }, dpdDelay: 0 } as const;
  const ours = { ...common, ...(child && { child }), paths: { ike, natt: { ...ike, channel: 'natt' } } } as const;
  const mirrored = child && { ...child, localSelectors: child.remoteSelectors, remoteSelectors: child.localSelectors };
  const theirs = { ...common, ...(mirrored && { child: mirrored }), paths: {} };
  const initiator = createEndpoint({ settings: ours, accept: false }, environment);
  const responder = createEndpoint({ settings: theirs, accept: true }, environment);
  const first = step(initiator, { kind: 'command', command: { kind: 'initiate' } }, 0);
  const waiting = first.send.map((message) => ({ to: responder, message }));
  let up = false;
  for (let n = 0; n < MOST_MESSAGES; n++) {
    const next = waiting.shift();
    if (next === undefined) break;
    const { send, happenings } = step(next.to, { kind: 'message', message: arriving(next.message) }, 0);
    const to = next.to === initiator ? responder : initiator;
    waiting.push(...send.map((message) => ({ to, message })));
    up ||= next.to === initiator && happenings.some(({ kind }) => kind === 'ike-up');
  }
  return up;
}

function arriving({ path, bytes }: Message): Message {
  return { path: { ...path, local: path.remote, remote: path.local }, bytes };
}
