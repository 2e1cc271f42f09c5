import { Secret } from '../../bytes/secret.js';
import type { ConfigRemark, Connection, ConnectionAuth, ConnectionEnd, Sourced, SourcedProposal } from '../../model/connection.js';
import { formatNetwork, parseNetwork, prefixOfMask } from '../../wire/ip/network.js';
import type { SecretEntry } from '../secret-entry.js';
import { judgeSecret } from '../secret-strength.js';
import { type ConfigText, RemarkList } from '../source.js';

/** What an isakmpd.conf says about its tunnels. */
export interface IsakmpdConfig {
  readonly connections: readonly Connection[];
  readonly secrets: readonly SecretEntry[];
  readonly remarks: readonly ConfigRemark[];
}

/** Values by their tag in lower case. */
export type IsakmpdSection = ReadonlyMap<string, Sourced<string>>;

/** Reads an isakmpd.conf (isakmpd.conf(5)), as far as a tunnel between networks needs. Nothing is thrown for a text. */
export function readIsakmpd({ file, text }: ConfigText): IsakmpdConfig {
  const remarks = new RemarkList();
  const sections = readIsakmpdSections({ file, text }, remarks);
  const at = (name: string | undefined): IsakmpdSection => (name === undefined ? undefined : sections.get(name)) ?? new Map();
  const secrets: SecretEntry[] = [];
  const names = [...lists(at('Phase 2').get('connections')), ...lists(at('Phase 2').get('passive-connections'))];
  const peers = new Map<string, string>();
  for (const [address, { value }] of at('Phase 1')) peers.set(value, address);
  const connections = names.flatMap((name): readonly Connection[] => {
    const section = sections.get(name.value);
    if (section === undefined) {
      remarks.add({
        file: name.file,
        line: name.line,
        severity: 'error',
        code: 'unknown-reference',
        text: `there is no section [${name.value}]`,
      });
      return [];
    }
    return [connectionOf(name, section, at, peers)];
  });
  for (const [name, address] of peers) {
    const written = sections.get(name)?.get('authentication');
    if (written === undefined) continue;
    const bytes = new Uint8Array(Buffer.from(written.value, 'utf8'));
    secrets.push({
      dialect: 'isakmpd',
      file: written.file,
      line: written.line,
      kind: 'psk',
      keyword: 'Authentication',
      selectors: address === 'default' ? [] : [{ value: address, file: written.file, line: written.line }],
      secret: new Secret(bytes),
      strength: judgeSecret(bytes, written.value),
    });
  }
  return { connections, secrets, remarks: remarks.remarks };
}

/** `[Section]` and `Tag= value` with `\` at the end of lines that go on; tags in lower case. */
export function readIsakmpdSections({ file, text }: ConfigText, remarks = new RemarkList()): ReadonlyMap<string, IsakmpdSection> {
  const sections = new Map<string, Map<string, Sourced<string>>>();
  let open: Map<string, Sourced<string>> | undefined;
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    let line = (lines[i] ?? '').replace(/\r$/, '');
    const number = i + 1;
    if (/^\s*(#|$)/.test(line)) continue;
    while (line.endsWith('\\') && i + 1 < lines.length) line = line.slice(0, -1) + (lines[++i] ?? '').replace(/\r$/, '');
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) {
      open = sections.get(section) ?? new Map();
      sections.set(section, open);
      continue;
    }
    const setting = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(line);
    if (setting === null || open === undefined) {
      remarks.add({ file, line: number, severity: 'error', code: 'syntax', text: 'neither a section nor Tag= value' });
      continue;
    }
    const key = (setting[1] ?? '').toLowerCase();
    // The first of two counts, isakmpd says so in its log.
    if (!open.has(key)) open.set(key, { value: setting[2] ?? '', file, line: number });
  }
  return new Map([...sections].map(([name, own]) => [name, own]));
}

function lists(value: Sourced<string> | undefined): readonly Sourced<string>[] {
  return (value?.value ?? '').split(/[\s,]+/).flatMap((item) => (item === '' || value === undefined ? [] : [{ ...value, value: item }]));
}

/** What a transform or suite without a section of its own means by its name: `3DES-MD5`, `QM-ESP-AES-256-SHA2-256-PFS-GRP14-SUITE`. */
function wordsOfName(name: string): {
  readonly value: string;
  readonly pfs: boolean;
  readonly transport: boolean;
  readonly protocol: 'esp' | 'ah';
} {
  const parts = name
    .toUpperCase()
    .replace(/-SUITE$/, '')
    .split('-')
    .filter((part) => part !== '');
  const words: string[] = [];
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1] ?? '';
    const group = /^GRP(\d+)$/.exec(part)?.[1];
    if (group !== undefined) words.push(`dh${group}`);
    else if (part === 'AES') words.push(`aes${/^(128|192|256)$/.test(next) ? next : 128}${next === 'GCM' ? 'gcm16' : ''}`);
    else if (part === 'AESGCM') words.push('aes256gcm16');
    else if (part === 'SHA2') words.push(`sha${next}`);
    else if (part === 'SHA') words.push('sha1');
    else if (['DES', '3DES', 'MD5', 'CAST', 'BLF'].includes(part)) words.push(part === 'BLF' ? 'blowfish' : part.toLowerCase());
  }
  return {
    value: words.join('-'),
    pfs: parts.includes('PFS'),
    transport: parts.includes('TRP'),
    protocol: parts.includes('AH') && !parts.includes('ESP') ? 'ah' : 'esp',
  };
}

function idOf(section: IsakmpdSection): Sourced<string> | undefined {
  const [type, name, address] = [section.get('id-type'), section.get('name'), section.get('address')];
  const value = name ?? address;
  if (type === undefined || value === undefined) return undefined;
  return { ...value, value: /^fqdn$/i.test(type.value) ? `@${value.value}` : value.value };
}

function networkOf(section: IsakmpdSection): Sourced<string> | undefined {
  const [network, mask, address] = [section.get('network'), section.get('netmask'), section.get('address')];
  if (address !== undefined) return address;
  if (network === undefined) return undefined;
  const prefix = mask === undefined ? undefined : prefixOfMask(mask.value);
  const found = parseNetwork(prefix === undefined ? network.value : `${network.value}/${prefix}`);
  return found === undefined ? network : { ...network, value: formatNetwork(found) };
}

/** RFC 2409 lifetimes are named by a section: `LIFE_3600_SECS`, or one with `LIFE_DURATION= 3600,1800:7200`. */
function lifetimeOf(name: Sourced<string> | undefined, at: (name: string | undefined) => IsakmpdSection): Sourced<number> | undefined {
  if (name === undefined) return undefined;
  const duration = at(name.value).get('life_duration');
  const text = /^\d+/.exec(duration?.value ?? '')?.[0] ?? /LIFE_(\d+)_SECS/i.exec(name.value)?.[1];
  return text === undefined ? undefined : { value: Number(text), file: (duration ?? name).file, line: (duration ?? name).line };
}

function connectionOf(
  name: Sourced<string>,
  section: IsakmpdSection,
  at: (name: string | undefined) => IsakmpdSection,
  peers: ReadonlyMap<string, string>,
): Connection {
  const unsaid = { file: name.file, line: 0 };
  const first = [...section.values()][0] ?? name;
  const peerName = section.get('isakmp-peer');
  const peer = at(peerName?.value);
  const address = peer.get('address') ?? { ...(peerName ?? unsaid), value: peers.get(peerName?.value ?? '') ?? '%any' };
  const configuration = at(peer.get('configuration')?.value ?? 'Default-main-mode');
  const exchange = configuration.get('exchange_type');
  const ikeProposals = lists(configuration.get('transforms')).map((transform): SourcedProposal => {
    const own = at(transform.value);
    const parts = ['encryption_algorithm', 'hash_algorithm', 'group_description', 'key_length']
      .map((key) => own.get(key))
      .filter((part) => part !== undefined);
    const lifetime = lifetimeOf(own.get('life'), at);
    return {
      ...transform,
      value: own.size === 0 ? withGroup(wordsOfName(transform.value).value) : wordsOfSection(own),
      ikeVersion: 'ikev1',
      parts,
      ...(lifetime !== undefined && { lifetime }),
    };
  });
  const quick = at(section.get('configuration')?.value);
  const suites = lists(quick.get('suites'));
  const named = suites.map((suite) => ({ suite, words: wordsOfName(suite.value) }));
  const pfs = named.find(({ words }) => words.pfs);
  const espProposals = named.map(
    ({ suite, words }): SourcedProposal => ({
      ...suite,
      value: words.pfs && !/dh\d/.test(words.value) ? `${words.value}-modp1024` : words.value,
      ikeVersion: 'ikev1',
    }),
  );
  const transport = named.find(({ words }) => words.transport);
  const ah = named.find(({ words }) => words.protocol === 'ah');
  const psk = peer.get('authentication');
  const auth: readonly Sourced<ConnectionAuth>[] =
    psk === undefined ? [{ ...unsaid, value: 'pubkey' }] : [{ file: psk.file, line: psk.line, value: 'psk' }];
  const localAddress = peer.get('local-address') ?? at('General').get('listen-on');
  const [localId, remoteId] = [idOf(at(peer.get('id')?.value)), idOf(at(peer.get('remote-id')?.value))];
  const end = (which: 'local-id' | 'remote-id', own: Sourced<string>, id: Sourced<string> | undefined): ConnectionEnd => {
    const network = networkOf(at(section.get(which)?.value));
    return { addresses: [own], ...(id !== undefined && { id }), auth, subnets: network === undefined ? [] : [network] };
  };
  const placed = new Set(['phase', 'isakmp-peer', 'configuration', 'local-id', 'remote-id']);
  return {
    name: name.value,
    dialect: 'isakmpd',
    file: first.file,
    line: Math.max(first.line - 1, 1),
    side: 'known',
    local: end('local-id', localAddress ?? { ...unsaid, value: '%any' }, localId),
    remote: end('remote-id', address, remoteId),
    ikeVersion: { ...unsaid, value: 'ikev1' },
    aggressive:
      exchange === undefined
        ? { ...unsaid, value: false }
        : { file: exchange.file, line: exchange.line, value: /aggressive/i.test(exchange.value) },
    mode:
      transport === undefined
        ? { ...unsaid, value: 'tunnel' }
        : { file: transport.suite.file, line: transport.suite.line, value: 'transport' },
    protocol: ah === undefined ? { ...unsaid, value: 'esp' } : { file: ah.suite.file, line: ah.suite.line, value: 'ah' },
    ikeProposals,
    espProposals,
    pfs: pfs === undefined ? { ...unsaid, value: false } : { file: pfs.suite.file, line: pfs.suite.line, value: true },
    ikeLifetime: ikeProposals[0]?.lifetime ?? plainLifetime(at('General').get('default-phase-1-lifetime')) ?? { ...unsaid, value: 3600 },
    childLifetime: lifetimeOf(at('General').get('default-phase-2-lifetime'), at) ??
      plainLifetime(at('General').get('default-phase-2-lifetime')) ?? { ...unsaid, value: 1200 },
    forceEncapsulation: { ...unsaid, value: false },
    natTraversal: { ...unsaid, value: true },
    compress: { ...unsaid, value: false },
    auto: { ...unsaid, value: 'start' },
    other: [...section]
      .filter(([key]) => !placed.has(key))
      .map(([key, value]) => ({ key, value }))
      .concat(dpd(at('General'))),
  };
}

function dpd(general: IsakmpdSection): readonly { readonly key: string; readonly value: Sourced<string> }[] {
  const found = general.get('dpd-check-interval');
  return found === undefined ? [] : [{ key: 'dpd-check-interval', value: found }];
}

function plainLifetime(value: Sourced<string> | undefined): Sourced<number> | undefined {
  const text = /^\d+/.exec(value?.value ?? '')?.[0];
  return value === undefined || text === undefined ? undefined : { file: value.file, line: value.line, value: Number(text) };
}

/** The transforms that isakmpd makes up have group 2 where their name has none. */
function withGroup(value: string): string {
  return /dh\d/.test(value) ? value : `${value}-modp1024`;
}

function wordsOfSection(section: IsakmpdSection): string {
  const get = (key: string) => section.get(key)?.value.toUpperCase() ?? '';
  const length = /^\d+/.exec(get('key_length'))?.[0];
  const cipher = get('encryption_algorithm').replace(/_CBC$/, '');
  const cipherWord = cipher === 'AES' ? `aes${length ?? 128}` : cipher.toLowerCase();
  const hash = get('hash_algorithm').toLowerCase().replace('sha2_', 'sha').replace(/^sha$/, 'sha1');
  return [cipherWord, hash, get('group_description').toLowerCase().replace('_', '')].filter((word) => word !== '').join('-');
}
