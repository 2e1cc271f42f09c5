import type { CaptureFacts } from '../../model/capture-facts.js';
import { endpointText } from '../../model/endpoint-text.js';
import type { Severity } from '../../model/finding.js';
import type { OpenvpnSession, OpenvpnStopKind } from '../../model/openvpn-session.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { peersOf } from './peers.js';

/** The sessions of two hosts that a rule has something to say about: a client that tries for hours is one case. */
export interface OpenvpnCase<T> {
  readonly subject: string;
  /** The first of them. */
  readonly session: OpenvpnSession;
  readonly hit: T;
  /** How many there are. */
  readonly sessions: number;
  /** `error`, or `warning` when a later session of these hosts came up. */
  readonly severity: Severity;
}

/** One case for each pair of hosts with sessions that `match` finds something in. */
export function* openvpnCases<T>(facts: CaptureFacts, match: (session: OpenvpnSession) => T | undefined): Generator<OpenvpnCase<T>> {
  for (const { subject, openvpn } of peersOf(facts)) {
    const found = openvpn.flatMap((session) => {
      const hit = match(session);
      return hit === undefined ? [] : [{ session, hit }];
    });
    const [first] = found;
    if (first === undefined) continue;
    const last = found.at(-1) ?? first;
    const recovered = openvpn.some(
      (other) => other.outcome === 'established' && secondsBetween(last.session.firstTime, other.firstTime) > 0,
    );
    yield { subject, ...first, sessions: found.length, severity: recovered ? 'warning' : 'error' };
  }
}

/** Sessions that stopped in this way. */
export function stoppedAt(
  facts: CaptureFacts,
  ...kinds: readonly OpenvpnStopKind[]
): Generator<OpenvpnCase<NonNullable<OpenvpnSession['stop']>>> {
  return openvpnCases(facts, ({ outcome, stop }) =>
    outcome === 'failed' && stop !== undefined && kinds.includes(stop.kind) ? stop : undefined,
  );
}

/** ` (and in 3 further sessions)`, or nothing. */
export function further({ sessions }: OpenvpnCase<unknown>): string {
  return sessions < 2 ? '' : ` (and in ${sessions - 1} further session${sessions === 2 ? '' : 's'})`;
}

/** A sentence for what came up after all. */
export function recovery({ severity }: OpenvpnCase<unknown>): string {
  return severity === 'warning' ? ' A later session of these hosts came up.' : '';
}

export const clientOf = ({ client }: OpenvpnSession): string => `client ${client.address}`;
export const serverOf = ({ server }: OpenvpnSession): string => `server ${endpointText(server)}`;

/** `UDP 1194`. */
export function portOf({ transport, server }: OpenvpnSession): string {
  return `${transport.toUpperCase()} ${server.port ?? OPENVPN_PORT}`;
}

/** What to run while the tunnel is tried again. */
export function retestOf({ server }: OpenvpnSession): string {
  return `vpndoctor sniff -i any --openvpn --host ${server.address} while the client connects again`;
}

/** Option of one end's options string: `cipher` of `V4,dev-type tun,cipher AES-256-CBC`. Empty when it stands there alone. */
export function optionOf(options: string | undefined, name: string): string | undefined {
  for (const part of (options ?? '').split(',')) {
    if (part === name) return '';
    if (part.startsWith(`${name} `)) return part.slice(name.length + 1);
  }
  return undefined;
}
