import { type AddressRange, parseAddressRange } from '../../../wire/ip/address-range.js';
import type { Condition, NumberRange } from './firewall.js';
import { portNumber } from './nft-value.js';
import { icmpTypeNumber, protocolNumber, tcpFlags } from './protocols.js';

/** `! --dport 500` with the match (`-m udp`) it belongs to. */
export interface Option {
  readonly name: string;
  readonly values: readonly string[];
  readonly not: boolean;
  /** Last `-m` before it; several of one name are told apart by `group`. */
  readonly module: string;
  readonly group: number;
}

function wordsOf(line: string): readonly string[] {
  // Hardly a rule has quotation marks, and there may be thousands of rules.
  if (!line.includes('"')) return line.split(' ').filter((word) => word !== '');
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) => match[2] ?? (match[1] ?? '').replace(/\\(.)/g, '$1'));
}

/** Options of a rule in the language of `iptables-save`. */
export function optionsOf(line: string): readonly Option[] {
  const options: { name: string; values: string[]; not: boolean; module: string; group: number }[] = [];
  let module = '';
  let group = 0;
  let not = false;
  let quoted = false;
  for (const word of wordsOf(line)) {
    const last = options.at(-1);
    if (word === '!') {
      not = true;
    } else if (/^-{1,2}[a-z]/i.test(word) && !quoted) {
      options.push({ name: word, values: [], not, module, group });
      not = false;
    } else if (last !== undefined) {
      last.values.push(word);
      if (last.name === '-m') {
        module = word;
        group += 1;
        options.pop();
        options.push({ name: '-m', values: [word], not: false, module, group });
      }
    }
    // What a log prefix or a comment says may look like an option.
    quoted = /^--(log-prefix|nflog-prefix|comment|string|hex-string)$/.test(word);
  }
  return options;
}

/** What the options before the target ask. A match that is not known is asked and not answered. */
export function conditionsOfOptions(options: readonly Option[], family: 'ip' | 'ip6'): readonly Condition[] {
  const conditions: Condition[] = [];
  for (let at = 0; at < options.length; at++) {
    const option = options[at] as Option;
    if (core.has(option.name)) {
      conditions.push(coreCondition(option));
    } else if (option.name === '-m') {
      // Options of one match follow it; `-p` and its like may stand in between.
      const own = options.filter(({ name, group }) => group === option.group && name !== '-m' && !core.has(name));
      conditions.push(...moduleConditions(option.module, own, family));
    } else if (option.group === 0) {
      conditions.push(...moduleConditions('', [option], family));
    }
  }
  return conditions;
}

const core: ReadonlySet<string> = new Set(['-s', '-d', '-i', '-o', '-p', '-f', '--source', '--destination', '--protocol']);

function coreCondition({ name, values, not }: Option): Condition {
  const value = values[0] ?? '';
  switch (name) {
    case '-s':
    case '--source':
    case '-d':
    case '--destination':
      return (
        addresses(name === '-s' || name === '--source' ? 'source' : 'destination', value.split(','), not) ?? unknown(`${name} ${value}`)
      );
    case '-i':
    case '-o':
      // iptables marks the beginning of a name with "+", nft with "*".
      return { kind: 'interface', direction: name === '-i' ? 'in' : 'out', names: [value.replace(/\+$/, '*')], not };
    case '-f':
      return { kind: 'fragment', not };
    default: {
      const protocol = protocolNumber(value);
      if (protocol === undefined) return unknown(`protocol ${value}`);
      // "all" is every protocol.
      return { kind: 'protocol', ranges: [protocol === 0 ? { low: 0, high: 255 } : { low: protocol, high: protocol }], not };
    }
  }
}

const unknown = (text: string): Condition => ({ kind: 'unknown', text });

function moduleConditions(module: string, options: readonly Option[], family: 'ip' | 'ip6'): readonly Condition[] {
  if (module === 'policy') return [policyCondition(options)];
  if (module === 'comment') return [];
  if (module === 'rpfilter') return [{ kind: 'reverse-path', not: options.some(({ name }) => name === '--invert') }];
  if (wholes.has(module)) return [unknown(`${module} ${options.map(({ name, values }) => [name, ...values].join(' ')).join(' ')}`.trim())];
  // `-m tcp` without options asks nothing that `-p tcp` does not.
  if (options.length === 0) return plain.has(module) ? [] : [unknown(`match ${module}`)];
  return options.map(
    (option) => moduleCondition(option, family) ?? unknown(`${module} ${option.not ? '! ' : ''}${option.name} ${option.values.join(' ')}`),
  );
}

/** Matches that cannot be answered from a packet, whatever their options. */
const wholes: ReadonlySet<string> = new Set([
  'limit',
  'hashlimit',
  'recent',
  'set',
  'time',
  'statistic',
  'string',
  'geoip',
  'owner',
  'connlimit',
  'quota',
]);
const plain: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'icmp',
  'icmp6',
  'sctp',
  'dccp',
  'esp',
  'ah',
  'conntrack',
  'state',
  'multiport',
  '',
]);

function moduleCondition({ name, values, not, module }: Option, family: 'ip' | 'ip6'): Condition | undefined {
  const value = values[0] ?? '';
  switch (name) {
    case '--sport':
    case '--source-port':
    case '--sports':
      return ports('source', value, not);
    case '--dport':
    case '--destination-port':
    case '--dports':
      return ports('destination', value, not);
    case '--ports':
      return ports('either', value, not);
    case '--state':
    case '--ctstate': {
      const states = value.split(',').map((state) => state.toLowerCase());
      const nat = states.filter((state) => state === 'snat' || state === 'dnat');
      if (nat.length === 0) return { kind: 'ct-state', states, not };
      return states.length === 1 ? { kind: 'ct-status', status: nat[0] as string, not } : undefined;
    }
    case '--mark': {
      const [wanted, mask] = value.split('/').map((part) => Number(part) >>> 0);
      if (wanted === undefined) return undefined;
      const of = module === 'connmark' ? 'connection' : 'packet';
      return { kind: 'mark', of, mask: mask ?? 0xffffffff, ranges: [{ low: wanted, high: wanted }], not };
    }
    case '--icmp-type':
    case '--icmpv6-type': {
      if (value === 'any' || value === '255') return { kind: 'icmp-type', ranges: [{ low: 0, high: 255 }], not };
      // A code narrows it: nobody can answer that here, unless the type already says no.
      const type = icmpTypeNumber(value.split('/')[0] ?? '', family === 'ip' ? 4 : 6);
      return type === undefined || value.includes('/') ? undefined : { kind: 'icmp-type', ranges: [{ low: type, high: type }], not };
    }
    case '--tcp-flags': {
      const mask = tcpFlags(value.split(','));
      const wanted = tcpFlags((values[1] ?? '').split(','));
      return mask === undefined || wanted === undefined ? undefined : { kind: 'tcp-flags', mask, values: [wanted], not };
    }
    case '--syn':
      return { kind: 'tcp-flags', mask: 0x17, values: [0x02], not };
    case '--src-range':
    case '--dst-range':
      return addresses(name === '--src-range' ? 'source' : 'destination', [value], not);
    case '--src-type':
    case '--dst-type':
      return { kind: 'address-type', end: name === '--src-type' ? 'source' : 'destination', types: value.toLowerCase().split(','), not };
    case '--pkt-type':
      // What is sent to us by address is no broadcast; a tunnel carries none.
      return { kind: 'address-type', end: 'destination', types: value === 'unicast' ? ['unicast', 'local'] : [value], not };
    default:
      return undefined;
  }
}

function ports(end: 'source' | 'destination' | 'either', list: string, not: boolean): Condition | undefined {
  const ranges: NumberRange[] = [];
  for (const part of list.split(',')) {
    const [low, high] = part.split(':').map((port, at) => (port === '' ? (at === 0 ? 0 : 65535) : portNumber(port)));
    if (low === undefined || (part.includes(':') && high === undefined)) return undefined;
    ranges.push({ low, high: high ?? low });
  }
  return { kind: 'port', end, ranges, not };
}

function addresses(end: 'source' | 'destination', texts: readonly string[], not: boolean): Condition | undefined {
  const ranges: AddressRange[] = [];
  for (const text of texts) {
    const range = parseAddressRange(text);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return { kind: 'address', end, ranges, not };
}

/** `--dir out --pol ipsec --reqid 3 …` is one question (iptables-extensions(8), policy). */
function policyCondition(options: readonly Option[]): Condition {
  const value = (name: string) => options.find((option) => option.name === name)?.values[0];
  const direction = value('--dir') === 'out' ? 'out' : 'in';
  if (value('--pol') === 'none') return { kind: 'ipsec', direction, not: true };
  const narrowing = options.filter(({ name }) => !['--dir', '--pol', '--strict', '--next'].includes(name));
  if (narrowing.length === 0) return { kind: 'ipsec', direction, not: false };
  const text = narrowing.map(({ name, values, not }) => `${not ? '! ' : ''}${name} ${values.join(' ')}`).join(' ');
  const one = !options.some(({ name }) => name === '--next');
  const compared = one && narrowing.every(({ name, not }) => ['--reqid', '--proto', '--mode'].includes(name) && !not);
  const [reqid, protocol, mode] = compared ? [value('--reqid'), value('--proto'), value('--mode')] : [];
  const only = {
    text,
    ...(reqid !== undefined && { reqid: Number(reqid) }),
    ...(protocol !== undefined && { protocol }),
    ...(mode !== undefined && { mode }),
  };
  return { kind: 'ipsec', direction, only, not: false };
}
