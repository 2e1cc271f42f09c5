import { shellWord } from '../../bytes/shell-word.js';
import type { RulePlace } from '../../host/linux/firewall/simulation.js';
import type { Fix } from '../../model/finding.js';
import type { Mend } from '../check.js';
import { asRoot } from './finding.js';

/** A rule that is missing, in the words of each tool. */
export interface NewRule {
  /** One or more: `ip saddr 192.0.2.9 udp dport { 500, 4500 } accept`. */
  readonly nft: readonly string[];
  /** One or more: `-s 192.0.2.9 -p udp -m multiport --dports 500,4500 -j ACCEPT`. */
  readonly iptables: readonly string[];
  /** Where firewalld or ufw writes the rules, a rule of ours would be gone with their next start. */
  readonly firewalld?: { readonly apply: string; readonly undo: string };
  readonly ufw?: { readonly apply: string; readonly undo: string };
  /** What it is for, in a few words. */
  readonly purpose: string;
}

export interface RuleChange {
  readonly fix: readonly Fix[];
  readonly mend: readonly Mend[];
}

/** Marks our rules, so that undoing finds them. */
const TAG = 'vpndoctor';

/** Puts a rule before the one that decided, or, where a policy did, behind the last. */
export function insertRule(place: RulePlace, rule: NewRule): RuleChange {
  const manager = managerOf(place);
  if (manager !== undefined) {
    const commands = rule[manager];
    if (commands === undefined) {
      return { fix: [{ end: 'ours', text: `${manager} writes these rules: let it allow ${rule.purpose}` }], mend: [] };
    }
    return {
      fix: [asRoot(commands.apply)],
      mend: [{ comment: rule.purpose, apply: commands.apply, undo: commands.undo }],
    };
  }
  const mend = place.table.source === 'nft' ? nftMends(place, rule) : iptablesMends(place, rule);
  return {
    fix: [asRoot(...mend.map(({ apply }) => apply)), { end: 'ours', text: keeping(place) }],
    mend,
  };
}

function nftMends({ table, chain, rule: decided }: RulePlace, { nft, purpose }: NewRule): Mend[] {
  const where = [table.written ?? table.family, table.name, chain.name].map(shellWord).join(' ');
  const comment = `${TAG}: ${purpose}`.slice(0, 60);
  return nft.map((text) => {
    const written = shellWord(`${text} comment "${comment}"`);
    return {
      comment: purpose,
      apply:
        decided?.handle === undefined ? `nft add rule ${where} ${written}` : `nft insert rule ${where} handle ${decided.handle} ${written}`,
      // Several of one comment are deleted one after another.
      undo: `nft delete rule ${where} handle "$(nft -a list chain ${where} | sed -n 's/.*comment "${comment}" # handle //p' | head -n 1)"`,
    };
  });
}

function iptablesMends({ table, chain, rule: decided }: RulePlace, { iptables, purpose }: NewRule): Mend[] {
  const inTable = table.name === 'filter' ? '' : `-t ${shellWord(table.name)} `;
  return iptables.map((written) => ({
    comment: purpose,
    apply:
      decided === undefined
        ? `${table.command} ${inTable}-A ${shellWord(chain.name)} ${written}`
        : `${table.command} ${inTable}-I ${shellWord(chain.name)} ${decided.position} ${written}`,
    undo: `${table.command} ${inTable}-D ${shellWord(chain.name)} ${written}`,
  }));
}

function keeping({ table }: RulePlace): string {
  if (table.source === 'nft')
    return `to keep it, write the same rule into the file that loads the table: /etc/nftables.conf or what it includes`;
  const version = table.family === 'ip6' ? '6' : '4';
  const save = `${table.command}-save`;
  return `to keep it: ${save} >/etc/iptables/rules.v${version} (Debian), ${save} >/etc/sysconfig/ip${version === '6' ? '6' : ''}tables (Red Hat)`;
}

/** Who else writes these rules. */
export function managerOf({ table, chain }: RulePlace): 'firewalld' | 'ufw' | undefined {
  if (table.name === 'firewalld') return 'firewalld';
  if (table.source === 'nft') return undefined;
  const names = [...table.chains.keys()];
  if (names.some((name) => /^ufw6?-/.test(name)) && (chain.base !== undefined || /^ufw6?-/.test(chain.name))) return 'ufw';
  return names.some((name) => /^(IN|FWDI|FWDO|FWD|FORWARD)_(public|direct|ZONES)/.test(name) || name === 'INPUT_ZONES')
    ? 'firewalld'
    : undefined;
}

/** Peers as `ip saddr { … } ` and `-s … `; nothing when one of them is not known by address, or they are many. */
export function peersAsMatch(
  peers: readonly (string | undefined)[],
  family: 'ip' | 'ip6',
  end: 'source' | 'destination',
): { readonly nft: string; readonly iptables: string } {
  const known = [...new Set(peers)];
  if (known.length === 0 || known.length > 16 || known.includes(undefined)) return { nft: '', iptables: '' };
  const list = known as string[];
  const nft = list.length === 1 ? (list[0] as string) : `{ ${list.join(', ')} }`;
  return {
    nft: `${family} ${end === 'source' ? 'saddr' : 'daddr'} ${nft} `,
    iptables: `${end === 'source' ? '-s' : '-d'} ${list.join(',')} `,
  };
}
