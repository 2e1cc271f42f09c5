import { type AddressRange, covers, overlaps } from '../../../wire/ip/address-range.js';
import type { BaseChain, Condition, Hook, NumberRange, SaNarrowing } from './firewall.js';
import type { Packet } from './simulation.js';

/** A packet on its way, as far as it is known; rules change marks, addresses and tracking. Undefined: not known. */
export interface Passing {
  readonly family: 'ip' | 'ip6';
  readonly path: 'input' | 'output' | 'forward';
  hook: Hook;
  base: BaseChain;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  source: AddressRange | undefined;
  destination: AddressRange | undefined;
  readonly protocol: number | undefined;
  sourcePort: number | undefined;
  destinationPort: number | undefined;
  readonly icmpType: number | undefined;
  ctState: string | undefined;
  mark: number | undefined;
  connectionMark: number | undefined;
  readonly ipsecIn: boolean | undefined;
  readonly ipsecOut: boolean | undefined;
  readonly reqid: number | undefined;
  readonly sa: Packet['sa'] | undefined;
  /** Address translation done so far: undefined where it is not known. */
  dnat: boolean | undefined;
  snat: boolean | undefined;
}

/** Yes, no, or undefined: it cannot be known from here. */
export type Truth = boolean | undefined;

const negated = (truth: Truth, not: boolean): Truth => (truth === undefined ? undefined : truth !== not);

/** Yes as soon as one is, no when all are no. */
function anyOf(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === undefined) result = undefined;
  }
  return result;
}

function allOf(truths: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** Whether a condition holds for a packet. */
export function evaluate(condition: Condition, packet: Passing): Truth {
  switch (condition.kind) {
    case 'interface':
      return negated(interfaceHolds(condition.direction, condition.names, packet), condition.not);
    case 'address': {
      const range = condition.end === 'source' ? packet.source : packet.destination;
      return negated(addressHolds(range, condition.ranges), condition.not);
    }
    case 'family':
      return negated(condition.families.includes(packet.family), condition.not);
    case 'protocol':
      return negated(numberHolds(packet.protocol, condition.ranges, 255), condition.not);
    case 'port':
      return negated(portHolds(condition.end, condition.ranges, packet), condition.not);
    case 'icmp-type': {
      const icmp = packet.protocol === undefined ? undefined : packet.protocol === (packet.family === 'ip' ? 1 : 58);
      if (icmp !== true) return icmp;
      return negated(numberHolds(packet.icmpType, condition.ranges, 255), condition.not);
    }
    case 'ct-state':
      return negated(ctStateHolds(condition.states, packet), condition.not);
    case 'ct-status':
      return negated(ctStatusHolds(condition.status, packet), condition.not);
    case 'mark': {
      const mark = condition.of === 'packet' ? packet.mark : packet.connectionMark;
      return negated(numberHolds(mark === undefined ? undefined : (mark & condition.mask) >>> 0, condition.ranges), condition.not);
    }
    case 'tcp-flags': {
      if (packet.protocol !== undefined && packet.protocol !== 6) return false;
      // The first packet of a TCP connection is a SYN; what later ones carry is not said.
      if (packet.protocol === undefined || packet.ctState !== 'new') return undefined;
      return negated(condition.values.includes(0x02 & condition.mask), condition.not);
    }
    case 'address-type':
      return negated(addressTypeHolds(condition.end, condition.types, packet), condition.not);
    case 'reverse-path':
      // Routing is judged by checks of its own: here it is taken to be right.
      return !condition.not;
    case 'ipsec':
      return negated(ipsecHolds(condition.direction, condition.only, packet), condition.not);
    case 'fragment':
      return condition.not;
    case 'any':
      return negated(
        anyOf(condition.alternatives.map((conditions) => allOf(conditions.map((inner) => evaluate(inner, packet))))),
        condition.not,
      );
    case 'unknown':
      return undefined;
  }
}

const knowsInput: ReadonlySet<Hook> = new Set(['ingress', 'prerouting', 'input', 'forward']);
const knowsOutput: ReadonlySet<Hook> = new Set(['forward', 'output', 'postrouting', 'egress']);

function interfaceHolds(direction: 'in' | 'out', names: readonly string[], packet: Passing): Truth {
  // A hook that does not know the interface compares with an empty name. Since Linux 5.7 postrouting still knows where a
  // forwarded packet came from.
  const there =
    direction === 'in'
      ? knowsInput.has(packet.hook) || (packet.hook === 'postrouting' && packet.path === 'forward')
      : knowsOutput.has(packet.hook);
  const name = there ? (direction === 'in' ? packet.iif : packet.oif) : '';
  if (name === undefined) return names.includes('*') ? true : undefined;
  return names.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

function addressHolds(range: AddressRange | undefined, ranges: readonly AddressRange[]): Truth {
  if (range === undefined) return undefined;
  if (ranges.some((candidate) => covers(candidate, range))) return true;
  return ranges.some((candidate) => overlaps(candidate, range)) ? undefined : false;
}

function numberHolds(value: number | undefined, ranges: readonly NumberRange[], largest = 0xffffffff): Truth {
  if (value === undefined) return ranges.some(({ low, high }) => low <= 0 && high >= largest) ? true : undefined;
  return ranges.some(({ low, high }) => low <= value && value <= high);
}

/** Protocols that have ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const portBearing: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

function portHolds(end: 'source' | 'destination' | 'either', ranges: readonly NumberRange[], packet: Passing): Truth {
  if (packet.protocol !== undefined && !portBearing.has(packet.protocol)) return false;
  const source = end === 'destination' ? false : numberHolds(packet.sourcePort, ranges, 65535);
  const destination = end === 'source' ? false : numberHolds(packet.destinationPort, ranges, 65535);
  const either = anyOf([source, destination]);
  return packet.protocol === undefined && either === true ? undefined : either;
}

/** Connection tracking begins at this priority of prerouting and output: before it, a packet belongs to no connection. */
const CONNTRACK_PRIORITY = -200;

function ctStateHolds(states: readonly string[], packet: Passing): Truth {
  const early =
    packet.hook === 'ingress' || ((packet.hook === 'prerouting' || packet.hook === 'output') && packet.base.priority < CONNTRACK_PRIORITY);
  const state = early && packet.ctState !== 'untracked' ? 'invalid' : packet.ctState;
  return state === undefined ? undefined : states.includes(state);
}

function ctStatusHolds(status: string, packet: Passing): Truth {
  if (status === 'dnat') return packet.dnat;
  if (status === 'snat') return packet.snat;
  return undefined;
}

function addressTypeHolds(end: 'source' | 'destination', types: readonly string[], packet: Passing): Truth {
  const local = end === 'destination' ? packet.path === 'input' : packet.path === 'output';
  // An address that a rule has rewritten may have become one of ours.
  if (end === 'destination' && packet.destination === undefined) return undefined;
  return types.includes(local ? 'local' : 'unicast');
}

function ipsecHolds(direction: 'in' | 'out', only: SaNarrowing | undefined, packet: Passing): Truth {
  const used = direction === 'in' ? packet.ipsecIn : packet.ipsecOut;
  // The policy of the way out is known once there is a route.
  if (direction === 'out' && (packet.hook === 'prerouting' || packet.hook === 'ingress')) return false;
  if (used !== true || only === undefined) return used;
  const { reqid, protocol, mode } = only;
  const wanted: readonly (readonly [unknown, unknown])[] = [
    [reqid, packet.reqid],
    [protocol, packet.sa?.protocol],
    [mode, packet.sa?.mode],
  ];
  const compared = wanted.filter(([want]) => want !== undefined);
  if (compared.some(([want, has]) => has !== undefined && want !== has)) return false;
  return compared.length > 0 && compared.every(([, has]) => has !== undefined) ? true : undefined;
}
