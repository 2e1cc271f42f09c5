import type { BaseChain, Condition, FirewallChain, FirewallRule, FirewallTable, Hook, Step } from './firewall.js';
import { caseCondition, conditionsOfMatch, type NamedSets, plainMember, premisesOf } from './nft-condition.js';
import { addressRangeOf, portNumber } from './nft-value.js';

type JsonRecord = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const hooks: ReadonlySet<string> = new Set(['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting', 'egress']);

/** What `nft -a list ruleset` prints and JSON leaves out. */
export interface Listing {
  /** Rules as people write them, by `ruleKey`. */
  readonly rules: ReadonlyMap<string, string>;
  /** `family name` of tables that their owner has switched off. */
  readonly dormant: ReadonlySet<string>;
}

const ruleKey = (family: string, table: string, chain: string, handle: number) => `${family} ${table} ${chain} ${handle}`;

/** Reads `nft -a list ruleset`. Lines that are not understood are passed over: they only serve to show. */
export function parseNftListing(listing: string): Listing {
  const rules = new Map<string, string>();
  const dormant = new Set<string>();
  let table = '';
  let chain = '';
  let pending = '';
  for (const line of listing.split('\n')) {
    const opened = /^table (\S+) (\S+) \{/.exec(line);
    if (opened !== null) {
      table = `${opened[1]} ${opened[2]}`;
      continue;
    }
    if (/^\tflags .*\bdormant\b/.test(line)) dormant.add(table);
    const begun = /^\tchain (\S+) \{/.exec(line);
    if (begun !== null) {
      chain = begun[1] as string;
      pending = '';
      continue;
    }
    if (!line.startsWith('\t\t')) continue;
    const rule = /^(.*?) # handle (\d+)$/.exec(line.trim());
    if (rule === null) {
      // A rule over several lines: its elements are broken, the handle comes last.
      pending = pending === '' && !line.startsWith('\t\t\t') ? line.trim() : `${pending} ${line.trim()}`.trim();
      if (pending.startsWith('type ') || pending.length > 2000) pending = '';
      continue;
    }
    rules.set(`${table} ${chain} ${rule[2]}`, `${pending} ${rule[1]}`.trim());
    pending = '';
  }
  return { rules, dormant };
}

/**
 * Tables of `nft -j list ruleset` (libnftables-json(5)). Families that carry no IP packets of ours (arp, bridge) are left out; netdev's
 * ingress and egress hooks are kept as tables of both families.
 * @param objects the list under `nftables`
 */
export function readNftRuleset(objects: readonly unknown[], listing: Listing): readonly FirewallTable[] {
  const entries = objects.filter(isRecord);
  const of = (kind: string) => entries.map((entry) => entry[kind]).filter(isRecord);
  const where = (entry: JsonRecord) => `${text(entry.family)} ${text(entry.table)}`;

  const sets = new Map<string, Map<string, readonly unknown[]>>();
  for (const set of [...of('set'), ...of('map')]) {
    const inTable = sets.get(where(set)) ?? new Map<string, readonly unknown[]>();
    sets.set(where(set), inTable.set(text(set.name), Array.isArray(set.elem) ? set.elem : []));
  }
  const rules = new Map<string, FirewallRule[]>();
  for (const rule of of('rule')) {
    const key = `${where(rule)} ${text(rule.chain)}`;
    const list = rules.get(key) ?? [];
    rules.set(key, list);
    list.push(readRule(rule, list.length + 1, sets.get(where(rule)) ?? new Map(), listing));
  }
  const chains = new Map<string, Map<string, FirewallChain>>();
  for (const chain of of('chain')) {
    const inTable = chains.get(where(chain)) ?? new Map<string, FirewallChain>();
    const name = text(chain.name);
    const base = readBase(chain);
    chains.set(where(chain), inTable.set(name, { name, rules: rules.get(`${where(chain)} ${name}`) ?? [], ...(base && { base }) }));
  }
  const tables: FirewallTable[] = [];
  for (const table of of('table')) {
    const written = text(table.family);
    // A table switched off by its owner (`flags dormant`) is not in force; nft 1.0.6 says so in its listing only.
    if (listing.dormant.has(`${written} ${text(table.name)}`) || [table.flags].flat().includes('dormant')) continue;
    if (written !== 'ip' && written !== 'ip6' && written !== 'inet' && written !== 'netdev') continue;
    const name = text(table.name);
    tables.push({
      source: 'nft',
      command: 'nft',
      family: written === 'netdev' ? 'inet' : written,
      ...(written === 'netdev' && { written }),
      name,
      chains: chains.get(`${written} ${name}`) ?? new Map(),
    });
  }
  return tables;
}

function readBase(chain: JsonRecord): BaseChain | undefined {
  const hook = text(chain.hook);
  if (!hooks.has(hook)) return undefined;
  const type = text(chain.type);
  const devices = [chain.dev].flat().filter((device): device is string => typeof device === 'string');
  return {
    hook: hook as Hook,
    priority: number(chain.prio) ?? 0,
    type: type === 'nat' || type === 'route' ? type : 'filter',
    policy: chain.policy === 'drop' ? 'drop' : 'accept',
    ...(devices.length > 0 && { devices }),
  };
}

function readRule(rule: JsonRecord, position: number, sets: NamedSets, listing: Listing): FirewallRule {
  const expressions = Array.isArray(rule.expr) ? rule.expr.filter(isRecord) : [];
  const handle = number(rule.handle);
  const listed =
    handle === undefined ? undefined : listing.rules.get(ruleKey(text(rule.family), text(rule.table), text(rule.chain), handle));
  return {
    text: listed ?? JSON.stringify(expressions),
    position,
    steps: expressions.flatMap((expression) => readStatement(expression, sets)),
    ...(handle !== undefined && { handle }),
  };
}

const matchStep = (condition: Condition): Step => ({ kind: 'match', condition });
const maybe = (what: string): Step => matchStep({ kind: 'unknown', text: what });

/** Statements that neither end a packet's way nor decide about it. */
const harmless: ReadonlySet<string> = new Set([
  'counter',
  'log',
  'comment',
  'continue',
  'flow',
  'dup',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'map',
  'last',
  'reset',
]);

function readStatement(expression: JsonRecord, sets: NamedSets): readonly Step[] {
  const [[kind, inner] = ['', undefined]] = Object.entries(expression);
  const detail = isRecord(inner) ? inner : {};
  switch (kind) {
    case 'match':
      return conditionsOfMatch(detail.left, text(detail.op), detail.right, sets).map(matchStep);
    case 'accept':
    case 'drop':
    case 'return':
      return [{ kind: 'verdict', verdict: kind }];
    case 'reject':
      return [{ kind: 'verdict', verdict: 'reject' }];
    case 'jump':
    case 'goto':
      return [{ kind, chain: text(detail.target) }];
    case 'vmap':
      return readVerdictMap(detail, sets);
    case 'masquerade':
    case 'redirect':
    case 'snat':
    case 'dnat': {
      const address = addressRangeOf(detail.addr);
      const port = typeof detail.port === 'number' || typeof detail.port === 'string' ? portNumber(detail.port) : undefined;
      return [
        ...natPremises(detail, sets).map(matchStep),
        { kind: 'nat', nat: kind, ...(address && { address }), ...(port !== undefined && { port }) },
      ];
    }
    case 'mangle':
      return readMangle(detail);
    case 'notrack':
      return [{ kind: 'notrack' }];
    case 'limit':
      return [maybe('rate limit')];
    case 'set':
      // A meter: members of a dynamic set with a limit of their own.
      return Array.isArray(detail.stmt) && detail.stmt.some((entry) => isRecord(entry) && ('limit' in entry || 'ct count' in entry))
        ? [maybe('rate limit')]
        : [];
    case 'meter':
    case 'ct count':
    case 'quota':
      return [maybe(kind)];
    case 'queue':
      return [{ kind: 'elsewhere', text: 'queued to a program' }];
    case 'tproxy':
      return [{ kind: 'elsewhere', text: 'transparent proxy' }];
    case 'synproxy':
      return [{ kind: 'elsewhere', text: 'SYN proxy' }];
    case 'fwd':
      return [{ kind: 'elsewhere', text: 'forwarded to another device at once' }];
    case 'xt':
      return detail.type === 'match'
        ? [maybe(`xt match ${text(detail.name)}`)]
        : [{ kind: 'elsewhere', text: `xt target ${text(detail.name)}` }];
    default:
      return harmless.has(kind) ? [] : [{ kind: 'elsewhere', text: kind }];
  }
}

/** `snat ip to` in a table of both families leaves the other alone, and what a map of addresses has not stays as it is. */
function natPremises({ family, addr }: JsonRecord, sets: NamedSets): readonly Condition[] {
  const ofFamily: readonly Condition[] = family === 'ip' || family === 'ip6' ? [{ kind: 'family', families: [family], not: false }] : [];
  const map = isRecord(addr) && isRecord(addr.map) ? addr.map : undefined;
  if (map === undefined) return ofFamily;
  const members = typeof map.data === 'string' ? sets.get(map.data.slice(1)) : isRecord(map.data) ? map.data.set : undefined;
  if (!Array.isArray(members)) return [...ofFamily, { kind: 'unknown', text: 'map of addresses' }];
  const keys = members.map((member) => (Array.isArray(member) ? member[0] : member));
  return [...ofFamily, ...conditionsOfMatch(map.key, '==', { set: keys }, sets)];
}

function readVerdictMap(map: JsonRecord, sets: NamedSets): readonly Step[] {
  const named = typeof map.data === 'string' && map.data.startsWith('@') ? sets.get(map.data.slice(1)) : undefined;
  const members = named ?? (isRecord(map.data) && Array.isArray(map.data.set) ? map.data.set : undefined);
  if (members === undefined) return [{ kind: 'elsewhere', text: 'verdict map' }];
  const cases: { condition: Condition; step: Step }[] = [];
  for (const member of members) {
    if (!Array.isArray(member) || member.length !== 2) continue;
    const [value, verdict] = member as [unknown, unknown];
    const step = isRecord(verdict) ? readStatement(verdict, sets)[0] : undefined;
    // `continue` in a map means that nothing happens.
    if (step !== undefined) cases.push({ condition: caseCondition(map.key, plainMember(value), sets), step });
  }
  return [...premisesOf(map.key).map(matchStep), { kind: 'choose', cases }];
}

function readMangle(mangle: JsonRecord): readonly Step[] {
  const key = isRecord(mangle.key) ? mangle.key : {};
  if (isRecord(key['tcp option']) && key['tcp option'].name === 'maxseg') {
    return [{ kind: 'clamp-mss', to: typeof mangle.value === 'number' ? mangle.value : 'path-mtu' }];
  }
  const of =
    isRecord(key.meta) && key.meta.key === 'mark' ? 'packet' : isRecord(key.ct) && key.ct.key === 'mark' ? 'connection' : undefined;
  if (of === undefined) return [];
  const { value } = mangle;
  if (typeof value === 'number') return [{ kind: 'mark', of, change: { and: 0, xor: value >>> 0 } }];
  if (isRecord(value)) {
    const [[operator, operands] = ['', undefined]] = Object.entries(value);
    const other = of === 'packet' ? 'ct' : 'meta';
    if (operator === other && isRecord(operands) && operands.key === 'mark') return [{ kind: 'copy-mark', to: of }];
    const bits = Array.isArray(operands) && typeof operands[1] === 'number' ? operands[1] >>> 0 : undefined;
    const own = Array.isArray(operands) && JSON.stringify(operands[0]) === JSON.stringify(mangle.key);
    if (own && bits !== undefined) {
      if (operator === '&') return [{ kind: 'mark', of, change: { and: bits, xor: 0 } }];
      if (operator === '^') return [{ kind: 'mark', of, change: { and: 0xffffffff, xor: bits } }];
      if (operator === '|') return [{ kind: 'mark', of, change: { and: ~bits >>> 0, xor: bits } }];
    }
  }
  return [{ kind: 'mark', of }];
}
