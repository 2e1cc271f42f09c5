import { parseAddressRange } from '../../../wire/ip/address-range.js';
import type { BaseChain, FirewallChain, FirewallRule, FirewallSource, FirewallTable, Hook, Step } from './firewall.js';
import { conditionsOfOptions, type Option, optionsOf } from './iptables-match.js';

/** Priorities of iptables' tables at the hooks (linux/netfilter_ipv4.h). NAT has one for each direction. */
const hookOf: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};
const priorities: ReadonlyMap<string, number> = new Map(Object.entries({ raw: -300, mangle: -150, filter: 0, security: 50 }));

function baseOf(table: string, chain: string, policy: string): BaseChain | undefined {
  const hook = Object.hasOwn(hookOf, chain) ? hookOf[chain] : undefined;
  if (hook === undefined || policy === '-') return undefined;
  const priority = table === 'nat' ? (hook === 'prerouting' || hook === 'output' ? -100 : 100) : (priorities.get(table) ?? 0);
  const type = table === 'nat' ? 'nat' : table === 'mangle' && hook === 'output' ? 'route' : 'filter';
  return { hook, priority, type, policy: policy === 'DROP' ? 'drop' : 'accept' };
}

/**
 * Tables of `iptables-save` or `ip6tables-save`, whatever the back end. Lines that are none of its language are passed over:
 * warnings and comments.
 * @param tool what printed them, `iptables-nft-save`
 */
export function parseIptablesSave(saved: string, family: 'ip' | 'ip6', tool: string): readonly FirewallTable[] {
  const source: FirewallSource = /\(nf_tables\)/.test(saved) ? 'iptables-nft' : 'iptables-legacy';
  const command = tool.replace(/-save$/, '');
  const tables: { name: string; chains: Map<string, { base?: BaseChain; rules: FirewallRule[] }> }[] = [];
  for (const line of saved.split('\n')) {
    const current = tables.at(-1);
    if (line.startsWith('*')) {
      tables.push({ name: line.slice(1).trim(), chains: new Map() });
      continue;
    }
    const declared = /^:(\S+) (\S+)/.exec(line);
    if (declared !== null && current !== undefined) {
      const base = baseOf(current.name, declared[1] as string, declared[2] as string);
      current.chains.set(declared[1] as string, { rules: [], ...(base && { base }) });
      continue;
    }
    const added = /^(?:\[\d+:\d+\] )?(-A (\S+) ?(.*))$/.exec(line.trimEnd());
    const chain = added === null ? undefined : current?.chains.get(added[2] as string);
    if (added === null || chain === undefined || current === undefined) continue;
    chain.rules.push({
      text: added[1] as string,
      position: chain.rules.length + 1,
      steps: stepsOf(optionsOf(added[3] as string), family, current.chains),
    });
  }
  return tables.map(({ name, chains }) => ({
    source,
    command,
    family,
    name,
    chains: new Map(
      [...chains].map(([chain, { base, rules }]): [string, FirewallChain] => [chain, { name: chain, rules, ...(base && { base }) }]),
    ),
  }));
}

/** Targets after which the rules go on. */
const harmless: ReadonlySet<string> = new Set([
  'LOG',
  'NFLOG',
  'ULOG',
  'TOS',
  'DSCP',
  'ECN',
  'TTL',
  'HL',
  'CLASSIFY',
  'CHECKSUM',
  'SET',
  'TEE',
  'AUDIT',
  'TRACE',
  'SECMARK',
  'CONNSECMARK',
  'IDLETIMER',
  'LED',
  'RATEEST',
  'TCPOPTSTRIP',
  'ACCOUNT',
  'FLOWOFFLOAD',
]);

function stepsOf(options: readonly Option[], family: 'ip' | 'ip6', chains: ReadonlyMap<string, unknown>): readonly Step[] {
  const jump = options.findIndex(({ name }) => name === '-j' || name === '-g');
  const matches = jump < 0 ? options : options.slice(0, jump);
  const steps: Step[] = conditionsOfOptions(matches, family).map((condition) => ({ kind: 'match', condition }));
  const target = options[jump];
  if (target === undefined) return steps;
  const name = target.values[0] ?? '';
  if (target.name === '-g') steps.push({ kind: 'goto', chain: name });
  else if (chains.has(name)) steps.push({ kind: 'jump', chain: name });
  else steps.push(...targetSteps(name, options.slice(jump + 1)));
  return steps;
}

function targetSteps(target: string, options: readonly Option[]): readonly Step[] {
  const option = (name: string) => options.find((candidate) => candidate.name === name)?.values[0];
  switch (target) {
    case 'ACCEPT':
      return [{ kind: 'verdict', verdict: 'accept' }];
    case 'DROP':
    case 'TARPIT':
    case 'STEAL':
      return [{ kind: 'verdict', verdict: 'drop' }];
    case 'REJECT':
      return [{ kind: 'verdict', verdict: 'reject' }];
    case 'RETURN':
      return [{ kind: 'verdict', verdict: 'return' }];
    case 'MASQUERADE':
      return [{ kind: 'nat', nat: 'masquerade' }];
    case 'SNAT':
      return [natStep('snat', option('--to-source'))];
    case 'DNAT':
      return [natStep('dnat', option('--to-destination'))];
    case 'NETMAP':
      return [natStep('netmap', option('--to'))];
    case 'REDIRECT': {
      const port = /^\d+$/.exec(option('--to-ports') ?? '')?.[0];
      return [{ kind: 'nat', nat: 'redirect', ...(port !== undefined && { port: Number(port) }) }];
    }
    case 'MARK':
      return [{ kind: 'mark', of: 'packet', ...markChange(options) }];
    case 'CONNMARK':
      if (options.some(({ name }) => name === '--restore-mark')) return [{ kind: 'copy-mark', to: 'packet' }];
      if (options.some(({ name }) => name === '--save-mark')) return [{ kind: 'copy-mark', to: 'connection' }];
      return [{ kind: 'mark', of: 'connection', ...markChange(options) }];
    case 'NOTRACK':
      return [{ kind: 'notrack' }];
    case 'CT':
      return options.some(({ name }) => name === '--notrack') ? [{ kind: 'notrack' }] : [];
    case 'TCPMSS': {
      const size = Number(option('--set-mss'));
      return [{ kind: 'clamp-mss', to: Number.isInteger(size) ? size : 'path-mtu' }];
    }
    case 'NFQUEUE':
    case 'QUEUE':
      return [{ kind: 'elsewhere', text: 'queued to a program' }];
    default:
      return harmless.has(target) ? [] : [{ kind: 'elsewhere', text: `target ${target}` }];
  }
}

function natStep(nat: 'snat' | 'dnat' | 'netmap', to: string | undefined): Step {
  // An IPv6 address has two colons at least, and stands in brackets where a port follows.
  const written = /^(?:\[([^\]]+)\]|([0-9.\-/]+|(?=[^:]*:[^:]*:)[0-9a-f:\-/]+))?(?::(\d+)(?:-\d+)?)?$/i.exec(to ?? '');
  const address = written === null ? undefined : parseAddressRange(written[1] ?? written[2] ?? '');
  const port = written?.[3];
  return { kind: 'nat', nat, ...(address && { address }), ...(port !== undefined && { port: Number(port) }) };
}

function markChange(options: readonly Option[]): { change?: { and: number; xor: number } } {
  for (const { name, values } of options) {
    const [value, mask] = (values[0] ?? '').split('/').map((part) => Number(part) >>> 0);
    if (value === undefined) continue;
    const bits = mask ?? 0xffffffff;
    if (name === '--set-xmark') return { change: { and: ~bits >>> 0, xor: value } };
    if (name === '--set-mark') return { change: { and: ~(bits | value) >>> 0, xor: value } };
    if (name === '--and-mark') return { change: { and: value, xor: 0 } };
    if (name === '--or-mark') return { change: { and: ~value >>> 0, xor: value } };
    if (name === '--xor-mark') return { change: { and: 0xffffffff, xor: value } };
  }
  return {};
}
