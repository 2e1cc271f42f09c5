import type { XfrmPolicy } from '../../host/linux/xfrm-policies.js';
import type { XfrmState } from '../../host/linux/xfrm-states.js';
import type { Connection } from '../../model/connection.js';
import { covers, parseAddressRange } from '../../wire/ip/address-range.js';

/** Policies that a daemon or an admin has put there to protect traffic; those of sockets, bypasses and blocks are left out. */
export function protecting(policies: readonly XfrmPolicy[]): readonly XfrmPolicy[] {
  return policies.filter(
    ({ direction, action, templates }) => !direction.startsWith('socket') && action === 'allow' && templates.length > 0,
  );
}

/** SAs that a policy can use now: as the kernel does it, by protocol, ends, reqid, mark and interface id. */
export function statesFor(policy: XfrmPolicy, states: readonly XfrmState[]): readonly XfrmState[] {
  const wanted = policy.templates.at(-1);
  if (wanted === undefined) return [];
  const anywhere = (address: string) => address === '0.0.0.0' || address === '::';
  return states.filter(
    ({ protocol, source, destination, reqid, larval, ifId }) =>
      !larval &&
      protocol === wanted.protocol &&
      (anywhere(wanted.source) || source === wanted.source) &&
      (anywhere(wanted.destination) || destination === wanted.destination) &&
      (wanted.reqid === 0 || reqid === wanted.reqid) &&
      (ifId ?? 0) === (policy.ifId ?? 0),
  );
}

/** Selectors of a policy as seen from here: what is ours, what is theirs. */
export function endsOf({ direction, source, destination }: XfrmPolicy): { readonly local: string; readonly remote: string } {
  return direction === 'out' ? { local: source, remote: destination } : { local: destination, remote: source };
}

/** `10.1.0.0/24 > 10.2.0.0/24 out, priority 375423` */
export function policyInWords({ source, destination, direction, priority, mark, ifId }: XfrmPolicy): string {
  const more = [...(mark === undefined ? [] : [`mark ${mark}`]), ...(ifId === undefined ? [] : [`if_id ${ifId}`])];
  return [`${source} > ${destination} ${direction}`, `priority ${priority}`, ...more].join(', ');
}

/**
 * How a policy relates to a connection: `within` its selectors, `wider` than they are, or about something else. Narrowed selectors and
 * addresses from a pool are within.
 */
export function relation(policy: XfrmPolicy, connection: Connection): 'within' | 'wider' | 'other' {
  const { local, remote } = endsOf(policy);
  const template = policy.templates.at(-1);
  const peers = connection.remote.addresses.map(({ value }) => value);
  const farEnd = policy.direction === 'out' ? template?.destination : template?.source;
  const fixed = peers.filter((peer) => parseAddressRange(peer) !== undefined);
  // A tunnel to another gateway is another connection.
  if (
    farEnd !== undefined &&
    farEnd !== '0.0.0.0' &&
    farEnd !== '::' &&
    fixed.length === peers.length &&
    fixed.length > 0 &&
    !fixed.some((peer) => isIn(farEnd, peer))
  )
    return 'other';
  const near = fits(
    local,
    [...connection.local.subnets, ...sourceOf(connection.local)].map(({ value }) => value),
    connection.local.addresses.map(({ value }) => value),
  );
  const far = fits(
    remote,
    [...connection.remote.subnets, ...sourceOf(connection.remote)].map(({ value }) => value),
    peers,
  );
  if (near === 'other' || far === 'other') return 'other';
  return near === 'wider' || far === 'wider' ? 'wider' : 'within';
}

const sourceOf = ({ sourceIp }: Connection['local']) => (sourceIp === undefined ? [] : [sourceIp]);

/** Every address of one network lies in the other. */
export function isIn(inner: string, outer: string): boolean {
  const a = parseAddressRange(inner);
  const b = parseAddressRange(outer);
  return a !== undefined && b !== undefined && covers(b, a);
}

function fits(selector: string, networks: readonly string[], addresses: readonly string[]): 'within' | 'wider' | 'other' {
  const written = networks.length > 0 ? networks : addresses;
  // `dynamic`, names, `%any`, `%config`: any selector may come of them.
  if (written.length === 0 || written.some((text) => parseAddressRange(text) === undefined)) return 'within';
  if (written.some((text) => isIn(selector, text))) return 'within';
  return written.some((text) => isIn(text, selector)) ? 'wider' : 'other';
}
