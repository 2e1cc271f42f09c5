import type { AddressRange } from '../../../wire/ip/address-range.js';
import type { Condition, NumberRange } from './firewall.js';
import { addressRangeOf, isRecord, numberRangeOf, plainNumber, portNumber } from './nft-value.js';
import { icmpTypeNumber, protocolNumber, tcpFlags } from './protocols.js';

/** Members of named sets and maps of one table, as JSON. */
export type NamedSets = ReadonlyMap<string, readonly unknown[]>;

/** What is compared, when it is one thing we know: `ip saddr`, `meta mark and 0xff`. */
interface Subject {
  readonly name: string;
  readonly mask?: unknown;
}

/**
 * Conditions of a `match` of libnftables' JSON: what the expression takes for granted (`udp dport` is about UDP only), then the
 * comparison itself. What is not understood becomes a condition that nobody can answer, never one that is left out.
 */
export function conditionsOfMatch(left: unknown, op: string, right: unknown, sets: NamedSets): readonly Condition[] {
  const values = valuesOf(right, sets);
  const known = values !== undefined && operators.has(op);
  return [...premisesOf(left), known ? comparison(left, op, values) : unknown(left, right)];
}

/** `in`: one of the flags is set; `!`: none of them is. */
const operators: ReadonlySet<string> = new Set(['==', '!=', 'in', '!', '<', '>', '<=', '>=']);

/** Conditions that a key of a verdict map brings along, and the condition under which a case of it holds. */
export function premisesOf(left: unknown): readonly Condition[] {
  if (!isRecord(left)) return [];
  if (Array.isArray(left.concat)) return left.concat.flatMap(premisesOf);
  if (Array.isArray(left['&'])) return premisesOf(left['&'][0]);
  const { payload } = left;
  if (!isRecord(payload)) return [];
  switch (payload.protocol) {
    case 'ip':
      return [{ kind: 'family', families: ['ip'], not: false }];
    case 'ip6':
      return [{ kind: 'family', families: ['ip6'], not: false }];
    case 'icmp':
      return [{ kind: 'family', families: ['ip'], not: false }, protocolIs(1)];
    case 'icmpv6':
      return [{ kind: 'family', families: ['ip6'], not: false }, protocolIs(58)];
    case 'tcp':
    case 'udp':
    case 'esp':
    case 'ah':
    case 'comp':
    case 'sctp':
    case 'dccp':
    case 'udplite':
      return [protocolIs(protocolNumber(payload.protocol) as number)];
    default:
      return [];
  }
}

export function caseCondition(key: unknown, value: unknown, sets: NamedSets): Condition {
  const values = valuesOf(value, sets);
  return values === undefined ? unknown(key, value) : comparison(key, '==', values);
}

function protocolIs(number: number): Condition {
  return { kind: 'protocol', ranges: [{ low: number, high: number }], not: false };
}

function unknown(left: unknown, right: unknown): Condition {
  return { kind: 'unknown', text: `${describe(left)} ${describe(right)}`.slice(0, 120) };
}

function describe(expression: unknown): string {
  if (!isRecord(expression)) return typeof expression === 'string' ? expression : JSON.stringify(expression);
  const [[name, inner] = ['', undefined]] = Object.entries(expression);
  if (name === 'payload' && isRecord(inner)) return `${String(inner.protocol ?? '')} ${String(inner.field ?? '')}`.trim();
  if (isRecord(inner) && typeof inner.key === 'string') return `${name} ${inner.key}`;
  return name;
}

/** Members that a right-hand side stands for; undefined for a set that is kept elsewhere. */
function valuesOf(right: unknown, sets: NamedSets): readonly unknown[] | undefined {
  if (typeof right === 'string' && right.startsWith('@')) return sets.get(right.slice(1))?.map(plainMember);
  if (isRecord(right) && Array.isArray(right.set)) return right.set.map(plainMember);
  if (isRecord(right) && typeof right.set === 'string' && right.set.startsWith('@')) return valuesOf(right.set, sets);
  if (Array.isArray(right)) return right;
  return [plainMember(right)];
}

/** A member with a timeout or a comment is wrapped. */
export function plainMember(member: unknown): unknown {
  return isRecord(member) && isRecord(member.elem) ? member.elem.val : member;
}

function subjectOf(left: unknown): Subject | undefined {
  if (!isRecord(left)) return undefined;
  const masked = left['&'];
  if (Array.isArray(masked)) {
    const subject = subjectOf(masked[0]);
    return subject === undefined ? undefined : { name: subject.name, mask: masked[1] };
  }
  for (const kind of ['meta', 'ct', 'rt', 'ipsec', 'fib', 'payload'] as const) {
    const inner = left[kind];
    if (!isRecord(inner)) continue;
    if (kind === 'payload') return { name: `${String(inner.protocol)} ${String(inner.field)}` };
    if (kind === 'fib') {
      const flags = Array.isArray(inner.flags) ? inner.flags : [inner.flags];
      return { name: `fib ${String(inner.result)} ${flags.join(' ')}` };
    }
    if (kind === 'ipsec') return { name: `ipsec ${String(inner.dir)} ${String(inner.key)}` };
    return { name: `${kind} ${String(inner.key)}` };
  }
  return undefined;
}

function comparison(left: unknown, op: string, values: readonly unknown[]): Condition {
  const not = op === '!=' || op === '!';
  if (isRecord(left) && Array.isArray(left.concat)) {
    const parts: readonly unknown[] = left.concat;
    const alternatives = values.map((value) => {
      const members = isRecord(value) && Array.isArray(value.concat) ? (value.concat as unknown[]) : [];
      return parts.map((part, at) => (at < members.length ? comparison(part, '==', [members[at]]) : unknown(part, value)));
    });
    return { kind: 'any', alternatives, not };
  }
  const subject = subjectOf(left);
  const known = subject === undefined ? undefined : compare(subject, op, values, not);
  return known ?? unknown(left, values.length === 1 ? values[0] : values);
}

function compare(subject: Subject, op: string, values: readonly unknown[], not: boolean): Condition | undefined {
  const { name, mask } = subject;
  const ordered = op.startsWith('<') || op.startsWith('>');
  if (ordered && /addr|name|iif|oif|proto|state|fib|ipsec/.test(name)) return undefined;
  if (mask !== undefined) return compareMasked(name, mask, values, not);
  switch (name) {
    case 'meta iifname':
    case 'meta iif':
    case 'meta oifname':
    case 'meta oif': {
      const names = values.map(String);
      return { kind: 'interface', direction: name.startsWith('meta i') ? 'in' : 'out', names, not };
    }
    case 'meta nfproto':
    case 'meta protocol': {
      const families = values.map((value) =>
        value === 'ipv4' || value === 'ip' ? 'ip' : value === 'ipv6' || value === 'ip6' ? 'ip6' : undefined,
      );
      return { kind: 'family', families: families.filter((family) => family !== undefined), not };
    }
    case 'ip version':
      return { kind: 'family', families: values.includes(4) ? ['ip'] : [], not };
    case 'ip saddr':
    case 'ip6 saddr':
      return addresses('source', values, not);
    case 'ip daddr':
    case 'ip6 daddr':
      return addresses('destination', values, not);
    case 'meta l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr':
      return withRanges(values, op, protocolNumber, (ranges) => ({ kind: 'protocol', ranges, not }));
    case 'udp sport':
    case 'tcp sport':
    case 'th sport':
    case 'sctp sport':
      return withRanges(values, op, portNumber, (ranges) => ({ kind: 'port', end: 'source', ranges, not }));
    case 'udp dport':
    case 'tcp dport':
    case 'th dport':
    case 'sctp dport':
      return withRanges(values, op, portNumber, (ranges) => ({ kind: 'port', end: 'destination', ranges, not }));
    case 'icmp type':
      return withRanges(
        values,
        op,
        (value) => icmpTypeNumber(value, 4),
        (ranges) => ({ kind: 'icmp-type', ranges, not }),
      );
    case 'icmpv6 type':
      return withRanges(
        values,
        op,
        (value) => icmpTypeNumber(value, 6),
        (ranges) => ({ kind: 'icmp-type', ranges, not }),
      );
    case 'meta pkttype': {
      // What is sent to us by address is no broadcast; a tunnel carries none.
      const types = values.flatMap((value) => (value === 'host' || value === 'unicast' ? ['unicast', 'local'] : [String(value)]));
      return { kind: 'address-type', end: 'destination', types, not };
    }
    case 'ct state':
      return { kind: 'ct-state', states: values.map(String), not };
    case 'ct status':
      return values.length === 1 ? { kind: 'ct-status', status: String(values[0]), not } : undefined;
    case 'meta mark':
    case 'ct mark':
      return withRanges(values, op, plainNumber, (ranges) => ({
        kind: 'mark',
        of: name === 'meta mark' ? 'packet' : 'connection',
        mask: 0xffffffff,
        ranges,
        not,
      }));
    case 'meta ipsec':
    case 'meta secpath':
      return presence(values, not, (reversed) => ({ kind: 'ipsec', direction: 'in', not: reversed }));
    case 'rt ipsec':
      return presence(values, not, (reversed) => ({ kind: 'ipsec', direction: 'out', not: reversed }));
    case 'ipsec in reqid':
    case 'ipsec out reqid': {
      const reqid = values.length === 1 && typeof values[0] === 'number' ? values[0] : undefined;
      if (reqid === undefined) return undefined;
      return { kind: 'ipsec', direction: name.startsWith('ipsec in') ? 'in' : 'out', only: { reqid, text: `reqid ${reqid}` }, not };
    }
    case 'fib type daddr':
    case 'fib type saddr':
      return { kind: 'address-type', end: name.endsWith('saddr') ? 'source' : 'destination', types: values.map(String), not };
    case 'tcp flags': {
      const bits = values.map((value) => flagBits(value));
      if (bits.some((bit) => bit === undefined)) return undefined;
      const wanted = bits as number[];
      const all = wanted.reduce((sum, bit) => sum | bit, 0);
      if (op === 'in' || op === '!') return { kind: 'tcp-flags', mask: all, values: [0], not: !not };
      return { kind: 'tcp-flags', mask: 255, values: wanted, not };
    }
    default:
      break;
  }
  // `fib saddr . iif oif missing`: the interface need not be named, a route back is enough to ask for.
  if (/^fib (oif|oifname|check) .*\bsaddr\b/.test(name)) {
    return presence(values, not, (reversed) => ({ kind: 'reverse-path', not: reversed }));
  }
  // `ipsec in ip saddr`: false where no SA was used, not to be told apart where one was.
  const tunnel = /^ipsec (in|out) (saddr|daddr|spi)$/.exec(name);
  if (tunnel !== null && !not)
    return { kind: 'ipsec', direction: tunnel[1] as 'in' | 'out', only: { text: `${tunnel[2]} ${String(values[0])}` }, not };
  return undefined;
}

function compareMasked(name: string, mask: unknown, values: readonly unknown[], not: boolean): Condition | undefined {
  if (name === 'meta mark' || name === 'ct mark') {
    const of = name === 'meta mark' ? 'packet' : 'connection';
    const bits = plainNumber(mask);
    if (bits === undefined) return undefined;
    return withRanges(values, '==', plainNumber, (ranges) => ({ kind: 'mark', of, mask: bits, ranges, not }));
  }
  if (name === 'tcp flags') {
    const bits = flagBits(mask);
    const wanted = values.map(flagBits);
    // `== syn|ack` comes as a list of names, all of which are meant.
    const list = values.every((value) => typeof value === 'string') && values.length > 1 ? [flagBits(values)] : wanted;
    if (bits === undefined || list.some((value) => value === undefined)) return undefined;
    return { kind: 'tcp-flags', mask: bits, values: list as number[], not };
  }
  if (name === 'ip frag-off' && values.length === 1 && values[0] === 0) return { kind: 'fragment', not: !not };
  return undefined;
}

function flagBits(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return tcpFlags(value.split(/[|,]/));
  if (Array.isArray(value)) return tcpFlags(value.map(String));
  const or = isRecord(value) ? value['|'] : undefined;
  if (!Array.isArray(or)) return undefined;
  const bits = or.map(flagBits);
  return bits.some((bit) => bit === undefined) ? undefined : (bits as number[]).reduce((sum, bit) => sum | bit, 0);
}

function presence(values: readonly unknown[], not: boolean, build: (not: boolean) => Condition): Condition | undefined {
  const wanted = values.length === 1 ? values[0] : undefined;
  if (wanted === true || wanted === 1 || wanted === 'exists') return build(not);
  if (wanted === false || wanted === 0 || wanted === 'missing') return build(!not);
  return undefined;
}

function withRanges(
  values: readonly unknown[],
  op: string,
  number: (value: string | number) => number | undefined,
  build: (ranges: readonly NumberRange[]) => Condition,
): Condition | undefined {
  const ranges: NumberRange[] = [];
  for (const value of values) {
    const range = numberRangeOf(value, op, number);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return build(ranges);
}

function addresses(end: 'source' | 'destination', values: readonly unknown[], not: boolean): Condition | undefined {
  const ranges: AddressRange[] = [];
  for (const value of values) {
    const range = addressRangeOf(value);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return { kind: 'address', end, ranges, not };
}
