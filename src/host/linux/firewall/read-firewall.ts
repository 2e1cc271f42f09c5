import { type Answer, answer, type Host, noAnswer } from '../../host.js';
import type { Firewall, FirewallSource, FirewallTable } from './firewall.js';
import { parseIptablesSave } from './iptables-save.js';
import { parseNftListing, readNftRuleset } from './nft-ruleset.js';

/** A host with very many rules takes nft a moment; a doctor waits, but not for ever. */
const TIMEOUT_MS = 10_000;

/** Tables that iptables over nf_tables makes. */
const iptablesTables: ReadonlySet<string> = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);

interface SaveTools {
  readonly family: 'ip' | 'ip6';
  /** File with the names of the legacy tables that are loaded. */
  readonly names: string;
  readonly nft: string;
  readonly legacy: string;
  /** One of the two, by the distribution's choice. */
  readonly either: string;
}

const tools: readonly SaveTools[] = [
  { family: 'ip', names: '/proc/net/ip_tables_names', nft: 'iptables-nft-save', legacy: 'iptables-legacy-save', either: 'iptables-save' },
  {
    family: 'ip6',
    names: '/proc/net/ip6_tables_names',
    nft: 'ip6tables-nft-save',
    legacy: 'ip6tables-legacy-save',
    either: 'ip6tables-save',
  },
];

/** What `readFirewall` reads, for `verify --list`. */
export const firewallReads: readonly string[] = [
  'nft -j list ruleset',
  'nft -a list ruleset',
  ...tools.flatMap(({ names, nft, legacy, either }) => [names, nft, legacy, either]),
  '/proc/modules',
];

/**
 * The rules in force, from nftables and from both back ends of iptables. Only what is there already is listed: no table is made and
 * no module of legacy iptables is loaded by looking.
 */
export async function readFirewall(host: Host): Promise<Answer<Firewall>> {
  const [json, ...legacy] = await Promise.all([run(host, 'nft', '-j', 'list', 'ruleset'), ...tools.map((tool) => readLegacy(host, tool))]);
  const unread: string[] = legacy.flatMap((part) => part.unread);
  const tables: FirewallTable[] = legacy.flatMap((part) => part.tables);
  if (json.ok) {
    const objects = parseRuleset(json.value);
    if (objects === undefined) return noAnswer('failed', 'nft -j list ruleset: not the JSON expected');
    return answer({ tables: [...tables, ...(await readTables(host, objects))], unread });
  }
  if (json.reason !== 'missing') return json;
  // Without nft, iptables alone says what there is, be its back end nf_tables or the old one.
  const plain = (await Promise.all(tools.map((tool) => readPlain(host, tool)))).flat();
  const said = plain.filter(({ saved }) => saved.ok);
  if (said.length === 0 && tables.length === 0) {
    const denied = plain.find(({ saved }) => !saved.ok && saved.reason !== 'missing')?.saved;
    if (denied !== undefined && !denied.ok) return denied;
    return noAnswer('missing', 'neither nft nor iptables-save is there to list the rules');
  }
  for (const { tool, command, saved } of said) {
    if (!saved.ok) continue;
    const source = sourceOf(saved.value);
    if (source === 'iptables-legacy' && tables.some((table) => table.source === source && table.family === tool.family)) continue;
    tables.push(...parseIptablesSave(saved.value, tool.family, command));
  }
  // A host without the command has hardly rules of nftables; where the kernel has it, loaded or built in (then it lists no
  // modules at all), somebody may have written some.
  const modules = await host.readFile('/proc/modules');
  const others = tables.every(({ source }) => source === 'iptables-legacy');
  if (others && modules.ok && (modules.value.trim() === '' || /^nf_tables /m.test(modules.value)))
    unread.push('nftables, for want of the nft command');
  return answer({ tables, unread });
}

/** What iptables tells by both of its names: the plain one may speak for the old back end, while the rules stand in the other. */
async function readPlain(host: Host, tool: SaveTools) {
  const saved = await run(host, tool.either);
  const plain = { tool, command: tool.either, saved };
  if (saved.ok && sourceOf(saved.value) === 'iptables-nft') return [plain];
  const other = await run(host, tool.nft);
  return other.ok && sourceOf(other.value) === 'iptables-nft' ? [plain, { tool, command: tool.nft, saved: other }] : [plain];
}

interface Part {
  readonly tables: readonly FirewallTable[];
  readonly unread: readonly string[];
}

async function run(host: Host, ...command: readonly [string, ...string[]]): Promise<Answer<string>> {
  const output = await host.run(command, TIMEOUT_MS);
  if (!output.ok) return output;
  if (output.value.status === 0) return answer(output.value.stdout);
  const told = output.value.stderr.trim().split('\n')[0] ?? '';
  const reason = !host.isRoot && /not permitted|permission denied|you must be root/i.test(output.value.stderr) ? 'denied' : 'failed';
  return noAnswer(reason, `${command.join(' ')}: ${told || `status ${output.value.status}`}`);
}

/**
 * The tables of nf_tables: those of iptables in iptables' own words, since JSON leaves out what its extensions ask; the others by
 * JSON, with the rules as people write them. Where there is nothing to show, no program is started to show it.
 */
async function readTables(host: Host, objects: readonly NftObject[]): Promise<readonly FirewallTable[]> {
  const list = () => run(host, 'nft', '-a', 'list', 'ruleset');
  const places = chainPlaces(objects);
  const theirs = tools.map((tool) => ({ tool, places: new Set(places.filter(madeByIptables(tool.family)).map(({ table }) => table)) }));
  const isTheirs = (table: string) => theirs.some(({ places: its }) => its.has(table));
  const [listing, ...saved] = await Promise.all([
    places.every(({ table }) => isTheirs(table)) ? undefined : list(),
    ...theirs.map(({ tool, places: its }) => (its.size === 0 ? [] : readTranslated(host, tool))),
  ]);
  const translated = saved.flat();
  const replaced = new Set(translated.map(({ family, name }) => `${family} ${name}`));
  const native = objects.filter((entry) => !replaced.has(tableOf(entry)));
  // iptables tables that their own tool did not tell stay as JSON tells them: matches of extensions are then unknown.
  const words = listing ?? (chainPlaces(native).length > 0 ? await list() : undefined);
  return [...readNftRuleset(native, parseNftListing(words?.ok ? words.value : '')), ...translated];
}

type NftObject = Readonly<Record<string, unknown>>;

/** The chains of a ruleset, and the table of each as `family name`. */
function chainPlaces(
  objects: readonly NftObject[],
): readonly { readonly table: string; readonly family: string; readonly chain: NftObject }[] {
  return objects.flatMap((entry) =>
    isObject(entry['chain']) ? [{ table: tableOf(entry), family: `${entry['chain']['family']}`, chain: entry['chain'] }] : [],
  );
}

/** The table that an object is or stands in: `inet filter`. */
function tableOf(entry: NftObject): string {
  if (isObject(entry['table'])) return `${entry['table']['family']} ${entry['table']['name']}`;
  const [content] = Object.values(entry);
  return isObject(content) ? `${content['family']} ${content['table']}` : '';
}

const isObject = (value: unknown): value is NftObject => typeof value === 'object' && value !== null;

/** iptables names its base chains in capitals; nft users hardly do. */
const madeByIptables =
  (of: 'ip' | 'ip6') =>
  ({ family, chain }: { readonly family: string; readonly chain: NftObject }) =>
    family === of &&
    iptablesTables.has(`${chain['table']}`) &&
    'hook' in chain &&
    /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(`${chain['name']}`);

function parseRuleset(json: string): readonly NftObject[] | undefined {
  if (json.trim() === '') return [];
  try {
    const parsed: unknown = JSON.parse(json);
    const list = typeof parsed === 'object' && parsed !== null ? (parsed as { nftables?: unknown }).nftables : undefined;
    return Array.isArray(list) ? list.filter(isObject) : undefined;
  } catch {
    return undefined;
  }
}

const sourceOf = (saved: string): FirewallSource => (/\(nf_tables\)/.test(saved) ? 'iptables-nft' : 'iptables-legacy');

/** Legacy tables, where some are loaded. */
async function readLegacy(host: Host, { family, names, legacy, either }: SaveTools): Promise<Part> {
  const loaded = await host.readFile(names);
  if (!loaded.ok || loaded.value.trim() === '') return { tables: [], unread: [] };
  for (const tool of [legacy, either]) {
    const saved = await run(host, tool);
    const tables = saved.ok && sourceOf(saved.value) === 'iptables-legacy' ? parseIptablesSave(saved.value, family, tool) : [];
    if (tables.length > 0) return { tables, unread: [] };
  }
  return {
    tables: [],
    unread: [`legacy ${family === 'ip' ? 'iptables' : 'ip6tables'} (tables ${loaded.value.trim().split('\n').join(', ')})`],
  };
}

/** Tables of iptables that stand in nf_tables, in iptables' own words; empty where none of its tools tells them. */
async function readTranslated(host: Host, { family, nft, either }: SaveTools): Promise<readonly FirewallTable[]> {
  for (const tool of [nft, either]) {
    const saved = await run(host, tool);
    if (saved.ok && sourceOf(saved.value) === 'iptables-nft') return parseIptablesSave(saved.value, family, tool);
  }
  return [];
}
