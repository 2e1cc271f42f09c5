import { type Answer, answer, type Host, noAnswer } from '../../host.js';
import type { Firewall, FirewallSource, FirewallTable } from './firewall.js';
import { parseIptablesSave } from './iptables-save.js';
import { parseNftListing, readNftRuleset } from './nft-ruleset.js';

/** A host with very many rules takes nft a moment; a doctor waits, but not for ever. */
const TIMEOUT_MS = 10_000;

/** Tables that iptables over nf_tables makes: what it wrote there, only its own tool reads back in full. */
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
  const [json, listing, ...legacy] = await Promise.all([
    run(host, 'nft', '-j', 'list', 'ruleset'),
    run(host, 'nft', '-a', 'list', 'ruleset'),
    ...tools.map((tool) => readLegacy(host, tool)),
  ]);
  const unread: string[] = legacy.flatMap((part) => part.unread);
  const tables: FirewallTable[] = legacy.flatMap((part) => part.tables);
  if (json.ok) {
    const objects = parseRuleset(json.value);
    if (objects === undefined) return noAnswer('failed', 'nft -j list ruleset: not the JSON expected');
    const native = readNftRuleset(objects, parseNftListing(listing.ok ? listing.value : ''));
    const translated = await Promise.all(tools.map((tool) => readTranslated(host, tool, native)));
    unread.push(...translated.flatMap((part) => part.unread));
    const replaced = translated.flatMap((part) => part.tables);
    tables.push(
      ...native.filter((table) => !replaced.some(({ family, name }) => family === table.family && name === table.name)),
      ...replaced,
    );
    return answer({ tables, unread });
  }
  if (json.reason !== 'missing') return json;
  // Without nft, iptables alone says what there is, be its back end nf_tables or the old one.
  const plain = await Promise.all(tools.map(async (tool) => ({ tool, saved: await run(host, tool.either) })));
  const said = plain.filter(({ saved }) => saved.ok);
  if (said.length === 0 && tables.length === 0) {
    const denied = plain.find(({ saved }) => !saved.ok && saved.reason !== 'missing')?.saved;
    if (denied !== undefined && !denied.ok) return denied;
    return noAnswer('missing', 'neither nft nor iptables-save is there to list the rules');
  }
  for (const { tool, saved } of said) {
    if (!saved.ok) continue;
    const source = sourceOf(saved.value);
    if (source === 'iptables-legacy' && tables.some((table) => table.source === source && table.family === tool.family)) continue;
    tables.push(...parseIptablesSave(saved.value, tool.family, tool.either));
  }
  // A host without the command has hardly rules of nftables; where the kernel has it, loaded or built in (then it lists no
  // modules at all), somebody may have written some.
  const modules = await host.readFile('/proc/modules');
  const others = tables.every(({ source }) => source === 'iptables-legacy');
  if (others && modules.ok && (modules.value.trim() === '' || /^nf_tables /m.test(modules.value)))
    unread.push('nftables, for want of the nft command');
  return answer({ tables, unread });
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

function parseRuleset(json: string): readonly unknown[] | undefined {
  if (json.trim() === '') return [];
  try {
    const parsed: unknown = JSON.parse(json);
    const list = typeof parsed === 'object' && parsed !== null ? (parsed as { nftables?: unknown }).nftables : undefined;
    return Array.isArray(list) ? list : undefined;
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

/** Tables of iptables that stand in nf_tables, in iptables' own words: JSON leaves out what its extensions ask. */
async function readTranslated(host: Host, { family, nft, either }: SaveTools, native: readonly FirewallTable[]): Promise<Part> {
  const theirs = native.filter((table) => table.family === family && iptablesTables.has(table.name) && madeByIptables(table));
  if (theirs.length === 0) return { tables: [], unread: [] };
  for (const tool of [nft, either]) {
    const saved = await run(host, tool);
    if (saved.ok && sourceOf(saved.value) === 'iptables-nft') return { tables: parseIptablesSave(saved.value, family, tool), unread: [] };
  }
  // What JSON says of them stays: matches of extensions are then unknown.
  return { tables: [], unread: [] };
}

/** iptables names its base chains in capitals; nft users hardly do. */
function madeByIptables(table: FirewallTable): boolean {
  return [...table.chains.values()].some(
    ({ name, base }) => base !== undefined && /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(name),
  );
}
