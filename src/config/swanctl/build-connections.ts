import type { Connection, ConnectionAuth, ConnectionEnd, Sourced } from '../../model/connection.js';
import { parseProposal, splitProposals } from '../proposals.js';
import { splitSelectors } from '../selectors.js';
import type { RemarkList } from '../source.js';
import { readDuration } from './duration.js';
import { isOption, type SwanctlSectionKind } from './keywords.js';
import type { SettingsSection } from './settings.js';

/** Hours: rekey_time of an IKE SA and of a CHILD_SA; each lives a tenth longer (swanctl.conf(5)). */
const IKE_REKEY = 4 * 3600;
const CHILD_REKEY = 3600;

/**
 * The connections of one section `connections.<name>`, references resolved: one for each child, one without selectors where there
 * is no child. Options without a place of their own are kept as `dpd_delay`, `local.eap_id`, `children.mark_in`.
 */
export function buildConnections(section: SettingsSection, pfsByDefault: boolean, remarks: RemarkList): readonly Connection[] {
  const rounds = [...section.sections.values()].filter(({ name }) => /^(local|remote)/.test(name));
  checkOptions(section, 'connection', remarks);
  for (const round of rounds) checkOptions(round, 'round', remarks);
  for (const sub of section.sections.values())
    if (sub.name !== 'children' && !rounds.includes(sub))
      remarks.add({
        file: sub.file,
        line: sub.line,
        severity: 'error',
        code: 'unknown-keyword',
        text: `a connection has no section ${sub.name.slice(0, 40)}`,
      });
  const children = [...(section.sections.get('children')?.sections.values() ?? [])];
  for (const child of children) checkOptions(child, 'child', remarks);
  if (children.length === 0) return [connectionOf(section, undefined, rounds, pfsByDefault)];
  return children.map((child) => connectionOf(section, child, rounds, pfsByDefault));
}

function checkOptions(section: SettingsSection, kind: SwanctlSectionKind, remarks: RemarkList): void {
  for (const [key, { file, line }] of section.settings)
    if (!isOption(kind, key))
      remarks.add({
        file,
        line,
        severity: 'error',
        code: 'unknown-keyword',
        text: `${key.slice(0, 40)} is no option of a ${kind === 'round' ? section.name : kind}; the daemon refuses the connection`,
      });
}

function connectionOf(
  section: SettingsSection,
  child: SettingsSection | undefined,
  rounds: readonly SettingsSection[],
  pfsByDefault: boolean,
): Connection {
  const unsaid: Sourced<string> = { value: '', file: section.file, line: 0 };
  const taken = new Set<Sourced<string>>();
  const take = (from: SettingsSection | undefined, key: string) => {
    const found = from?.settings.get(key);
    if (found !== undefined) taken.add(found);
    return found;
  };
  const yes = (from: SettingsSection | undefined, key: string): Sourced<boolean> => {
    const said = take(from, key);
    return said === undefined ? { ...unsaid, value: false } : { ...said, value: /^(yes|true|enabled|1)$/i.test(said.value) };
  };
  const lifetime = (from: SettingsSection | undefined, keys: readonly [string, number][], fallback: number): Sourced<number> => {
    for (const [key, factor] of keys) {
      const said = from?.settings.get(key);
      const seconds = said === undefined ? undefined : readDuration(said.value);
      if (said === undefined || seconds === undefined || seconds === 0) continue;
      taken.add(said);
      const over = key === 'life_time' ? undefined : take(from, 'over_time');
      const beyond = over === undefined ? undefined : readDuration(over.value);
      return { ...said, value: beyond === undefined ? Math.round(seconds * factor) : seconds + beyond };
    }
    return { ...unsaid, value: Math.round(fallback) };
  };
  const ah = take(child, 'ah_proposals');
  const espProposals = proposalsOf(ah ?? take(child, 'esp_proposals'));
  const auto = take(child, 'start_action');
  const end = (side: 'local' | 'remote'): ConnectionEnd => endOf(side, section, child, rounds, take, unsaid);
  const connection: Omit<Connection, 'other'> = {
    name: child === undefined ? section.name : `${section.name}/${child.name}`,
    dialect: 'swanctl',
    file: child?.file ?? section.file,
    line: child?.line ?? section.line,
    side: 'known',
    local: end('local'),
    remote: end('remote'),
    ikeVersion: versionOf(take(section, 'version'), unsaid),
    aggressive: yes(section, 'aggressive'),
    mode: modeOf(child, taken, unsaid),
    protocol: ah === undefined ? { ...unsaid, value: 'esp' } : { ...ah, value: 'ah' },
    ikeProposals: proposalsOf(take(section, 'proposals')),
    espProposals,
    pfs: pfsOf(espProposals, pfsByDefault, unsaid),
    ikeLifetime: lifetime(
      section,
      [
        ['rekey_time', 1.1],
        ['reauth_time', 1.1],
      ],
      IKE_REKEY * 1.1,
    ),
    childLifetime: lifetime(
      child,
      [
        ['life_time', 1],
        ['rekey_time', 1.1],
      ],
      CHILD_REKEY * 1.1,
    ),
    forceEncapsulation: yes(section, 'encap'),
    compress: yes(child, 'ipcomp'),
    auto: auto ?? { ...unsaid, value: 'none' },
  };
  return { ...connection, other: otherOf(section, child, rounds, taken) };
}

function endOf(
  side: 'local' | 'remote',
  section: SettingsSection,
  child: SettingsSection | undefined,
  all: readonly SettingsSection[],
  take: (from: SettingsSection | undefined, key: string) => Sourced<string> | undefined,
  unsaid: Sourced<string>,
): ConnectionEnd {
  const rounds = all.filter(({ name }) => name.startsWith(side));
  const first = (key: string) => rounds.map((round) => take(round, key)).find((value) => value !== undefined);
  const addresses = take(section, `${side}_addrs`);
  const id = first('id');
  const certificate = first('certs') ?? certificateFile(rounds);
  const publicKey = first('pubkeys');
  const sourceIp = side === 'local' ? take(section, 'vips') : undefined;
  const { subnets, protoPort } = splitSelectors(take(child, `${side}_ts`));
  const auth: Sourced<ConnectionAuth>[] = rounds.flatMap((round) => {
    const said = take(round, 'auth');
    const value = authOf(said?.value ?? 'pubkey', publicKey !== undefined && certificate === undefined);
    return value === undefined ? [] : [{ ...(said ?? unsaid), value }];
  });
  return {
    addresses: addresses === undefined ? [{ ...unsaid, value: '%any' }] : list(addresses),
    ...(id !== undefined && { id }),
    auth: rounds.length === 0 ? [{ ...unsaid, value: 'pubkey' }] : auth,
    ...(certificate !== undefined && { certificate }),
    ...(publicKey !== undefined && { publicKey }),
    subnets,
    ...(sourceIp !== undefined && { sourceIp }),
    ...(protoPort !== undefined && { protoPort }),
  };
}

function certificateFile(rounds: readonly SettingsSection[]): Sourced<string> | undefined {
  for (const round of rounds)
    for (const [name, sub] of round.sections) {
      const file = /^cert/.test(name) ? (sub.settings.get('file') ?? sub.settings.get('handle')) : undefined;
      if (file !== undefined) return file;
    }
  return undefined;
}

function authOf(text: string, rawKey: boolean): ConnectionAuth | undefined {
  const word = text.toLowerCase();
  if (word === 'psk') return 'psk';
  if (word.startsWith('eap')) return 'eap';
  if (word.startsWith('xauth')) return 'xauth';
  return /^(ike:)?(pubkey|rsa|ecdsa|ed25519|ed448|bliss)/.test(word) ? (rawKey ? 'rsa-raw' : 'pubkey') : undefined;
}

function list(value: Sourced<string>): readonly Sourced<string>[] {
  return value.value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => ({ ...value, value: item }));
}

function proposalsOf(value: Sourced<string> | undefined): readonly Sourced<string>[] {
  if (value === undefined) return [];
  return splitProposals(value.value)
    .filter((proposal) => proposal !== 'default')
    .map((proposal) => ({ ...value, value: proposal }));
}

function versionOf(said: Sourced<string> | undefined, unsaid: Sourced<string>): Connection['ikeVersion'] {
  if (said?.value === '1') return { ...said, value: 'ikev1' };
  if (said?.value === '2') return { ...said, value: 'ikev2' };
  return { ...(said ?? unsaid), value: 'any' };
}

const modes: Readonly<Record<string, Connection['mode']['value']>> = {
  tunnel: 'tunnel',
  beet: 'tunnel',
  iptfs: 'tunnel',
  transport: 'transport',
  transport_proxy: 'transport',
  pass: 'pass',
  drop: 'drop',
};

function modeOf(child: SettingsSection | undefined, taken: Set<Sourced<string>>, unsaid: Sourced<string>): Connection['mode'] {
  const said = child?.settings.get('mode');
  const word = said?.value.toLowerCase() ?? '';
  const value = Object.hasOwn(modes, word) ? modes[word] : undefined;
  if (said === undefined || value === undefined) return { ...unsaid, value: 'tunnel' };
  taken.add(said);
  return { ...said, value };
}

function pfsOf(proposals: readonly Sourced<string>[], byDefault: boolean, unsaid: Sourced<string>): Sourced<boolean> {
  const first = proposals[0];
  if (first === undefined) return { ...unsaid, value: byDefault };
  return { ...first, value: proposals.some(({ value }) => parseProposal(value, 'esp').hasKeyExchange) };
}

function otherOf(
  section: SettingsSection,
  child: SettingsSection | undefined,
  rounds: readonly SettingsSection[],
  taken: ReadonlySet<Sourced<string>>,
): Connection['other'] {
  const rest = (from: SettingsSection, prefix: string): Connection['other'] => [
    ...[...from.settings].filter(([, value]) => !taken.has(value)).map(([key, value]) => ({ key: `${prefix}${key}`, value })),
    ...(from === section ? [] : [...from.sections.values()].flatMap((sub) => rest(sub, `${prefix}${sub.name}.`))),
  ];
  return [
    ...rest(section, ''),
    ...rounds.flatMap((round) => rest(round, `${round.name}.`)),
    ...(child === undefined ? [] : rest(child, 'children.')),
  ];
}
