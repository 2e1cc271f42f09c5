import type { ConnectionEnd, Sourced } from '../../model/connection.js';
import { formatNetwork } from '../../wire/ip/network.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { droppedAlgorithms } from '../effective/dropped-algorithms.js';
import { type Offer, offersOf } from '../effective/offer.js';
import { type SelectorNetworks, selectorsOf } from '../effective/selectors.js';
import { identityWord } from '../identity-words.js';
import { findSecret } from '../ipsec-secrets/find-secret.js';
import { splitProposals } from '../proposals.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import { compareVersions } from '../versions.js';
import type { Change, Edit } from './change.js';
import { proposalValue } from './proposal-words.js';

/** Corrected lines of an ipsec.conf, in the words of its product. */
export function mendIpsecConf(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection, product } = end;
  const strongswan = product === 'strongswan';
  const [ours, theirs] = connection.localSide === 'right' ? ['right', 'left'] : ['left', 'right'];
  const lines = new ConnLines(end);
  /** Nothing is offered that the release does not load. */
  const proposal = (offer: Offer, groups: readonly number[], use: 'ike' | 'esp') => {
    const value = proposalValue(offer, groups, product, use);
    return value === undefined || splitProposals(value).some((one) => droppedAlgorithms(one, use, end).length > 0) ? undefined : value;
  };
  switch (change.kind) {
    case 'ike-version': {
      // libreswan takes the version there since 5.0.
      const since = product === 'libreswan' && (end.version === undefined || compareVersions(end.version, '5.0') >= 0);
      const modern = strongswan || (since && !lines.has('ikev2'));
      return modern
        ? lines.set(['keyexchange'], change.value)
        : [
            ...lines.set(['ikev2'], change.value === 'ikev2' ? 'insist' : 'never'),
            ...(lines.has('keyexchange') ? lines.set(['keyexchange'], 'ike') : []),
          ];
    }
    case 'aggressive':
      return lines.set(strongswan ? ['aggressive'] : ['aggrmode', 'aggressive'], yesNo(change.value));
    case 'auth':
      if (lines.has(`${ours}auth`) || lines.has(`${theirs}auth`))
        return [`${ours}auth`, `${theirs}auth`].flatMap((key) => lines.set([key], change.value));
      return lines.set(['authby'], change.value === 'psk' ? 'secret' : strongswan ? 'pubkey' : 'rsasig');
    case 'secret':
      return secretLine(end);
    case 'local-id':
      return lines.set([`${ours}id`], identityWord(change.value, product));
    case 'remote-id':
      return lines.set([`${theirs}id`], identityWord(change.value, product));
    case 'remote-address':
      return lines.set([theirs], change.value);
    case 'ike-proposals': {
      const value = proposal(change.offer, change.offer.groups, 'ike');
      return value === undefined ? undefined : lines.set(['ike'], strongswan ? `${value}!` : value);
    }
    case 'esp-proposals': {
      const own = offersOf(end, 'esp', change.version)[0];
      // The group is that of PFS, which is not what differs.
      const value = proposal(change.offer, change.groups ?? (connection.pfs.value ? (own?.groups ?? []) : []), 'esp');
      return value === undefined ? undefined : lines.set(espKeys(end), strongswan ? `${value}!` : value);
    }
    case 'pfs': {
      const value =
        change.offer === undefined ? undefined : proposal(change.offer, change.group === undefined ? [] : [change.group], 'esp');
      if (strongswan) return value === undefined ? undefined : lines.set(espKeys(end), `${value}!`);
      const named = change.group !== undefined || (change.offer?.groups.length ?? 0) > 0;
      if (change.group !== undefined && value === undefined) return undefined;
      return [
        ...lines.set(['pfs'], yesNo(change.group !== undefined)),
        ...(named && value !== undefined ? lines.set(espKeys(end), value) : []),
      ];
    }
    case 'ike-lifetime':
      return lines.set(['ikelifetime'], `${change.seconds}s`);
    case 'child-lifetime':
      return lines.set(
        strongswan ? ['lifetime', 'keylife'] : ['ipsec-lifetime', 'salifetime', 'keylife', 'lifetime'],
        `${change.seconds}s`,
      );
    case 'nat-traversal':
      return lines.setup('nat_traversal', yesNo(change.value));
    case 'compress':
      return lines.set(['compress'], yesNo(change.value));
    case 'truncation':
      return lines.set(strongswan ? ['sha256_96'] : ['sha2-truncbug', 'sha2_truncbug'], yesNo(change.value));
    case 'mode':
      return lines.set(['type'], change.value);
    case 'protocol':
      return protocolLines(end, change, lines);
    case 'selectors':
      return change.apart === true && strongswan && change.pairs.length > 1
        ? pairsApart(change.pairs, ours, theirs, end, lines)
        : selectorLines(change.pairs, ours, theirs, end, lines);
    case 'dpd':
      return [
        ...lines.set(['dpddelay'], strongswan ? `${change.delay}s` : `${change.delay}`),
        ...(product === 'libreswan' && connection.ikeVersion.value === 'ikev2'
          ? []
          : lines.set(['dpdtimeout'], strongswan ? `${change.timeout}s` : `${change.timeout}`)),
        ...lines.set(['dpdaction'], 'restart'),
      ];
    case 'start':
      return lines.set(['auto'], 'start');
    default:
      return undefined;
  }
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** What the algorithms of phase 2 stand behind; the first for where there are none yet. */
function espKeys({ product, connection }: ConfigEnd): readonly string[] {
  if (connection.protocol.value === 'ah') return product === 'strongswan' ? ['ah'] : ['phase2alg', 'ah'];
  return product === 'openswan' ? ['phase2alg', 'esp'] : product === 'libreswan' ? ['esp', 'phase2alg'] : ['esp'];
}

function protocolLines(
  { product }: ConfigEnd,
  change: Extract<Change, { kind: 'protocol' }>,
  lines: ConnLines,
): readonly Edit[] | undefined {
  const value = change.offer === undefined ? undefined : proposalValue(change.offer, change.offer.groups, product, 'esp');
  if (product !== 'strongswan')
    return [...lines.set(['phase2', 'auth'], change.value), ...(value === undefined ? [] : lines.set(['phase2alg', 'esp', 'ah'], value))];
  return value === undefined
    ? undefined
    : [...lines.remove(change.value === 'esp' ? 'ah' : 'esp'), ...lines.set([change.value], `${value}!`)];
}

function selectorLines(
  pairs: readonly SelectorNetworks[],
  ours: string,
  theirs: string,
  { product, connection }: ConfigEnd,
  lines: ConnLines,
): readonly Edit[] | undefined {
  const distinct = (side: 'local' | 'remote') => [...new Set(pairs.map((pair) => formatNetwork(pair[side])))];
  const [local, remote] = [distinct('local'), distinct('remote')];
  // Every local network goes with every remote one here: other combinations cannot be said in one connection.
  if (pairs.length === 0 || local.length * remote.length !== pairs.length) return undefined;
  const ports = (key: 'localPort' | 'remotePort') => [...new Set(pairs.map((pair) => pair[key]))];
  if (ports('localPort').length > 1 || ports('remotePort').length > 1) return undefined;
  const written = selectorsOf(connection).pairs;
  const stays = (which: 'local' | 'remote', networks: readonly string[]) =>
    written.every((pair) => networks.includes(formatNetwork(pair[which]))) &&
    networks.every((network) => written.some((pair) => formatNetwork(pair[which]) === network));
  const side = (which: 'local' | 'remote', networks: readonly string[]): readonly Edit[] => {
    const prefix = which === 'local' ? ours : theirs;
    const [one, many] = [`${prefix}subnet`, `${prefix}subnets`];
    if (stays(which, networks)) return [];
    if (product === 'strongswan') return lines.set([one], networks.join(','));
    const plural = networks.length > 1 || lines.has(many);
    return [
      ...lines.remove(plural ? one : many),
      ...lines.set([plural ? many : one], plural ? `{${networks.join(' ')}}` : (networks[0] ?? '')),
    ];
  };
  const port = (prefix: string, value: string | undefined): readonly Edit[] =>
    value === undefined ? lines.remove(`${prefix}protoport`) : lines.set([`${prefix}protoport`], value);
  return [
    ...side('local', local),
    ...side('remote', remote),
    ...port(ours, ports('localPort')[0]),
    ...port(theirs, ports('remotePort')[0]),
  ];
}

/** The first pair in the connection itself, the others in connections of their own that take all else from it. */
function pairsApart(
  [first, ...others]: readonly SelectorNetworks[],
  ours: string,
  theirs: string,
  end: ConfigEnd,
  lines: ConnLines,
): readonly Edit[] | undefined {
  const own = first === undefined ? undefined : selectorLines([first], ours, theirs, end, lines);
  if (own === undefined) return undefined;
  const ports = (prefix: string, port: string | undefined) => (port === undefined ? [] : [`\t${prefix}protoport=${port}`]);
  const sections = others.map((pair, i) =>
    [
      '',
      `conn ${end.connection.name}-${i + 2}`,
      `\talso=${end.connection.name}`,
      `\t${ours}subnet=${formatNetwork(pair.local)}`,
      `\t${theirs}subnet=${formatNetwork(pair.remote)}`,
      ...ports(ours, pair.localPort),
      ...ports(theirs, pair.remotePort),
    ].join('\n'),
  );
  return [...own, lines.below(sections.join('\n'))];
}

function secretLine({ connection, secrets, texts }: ConfigEnd): readonly Edit[] | undefined {
  const names = (side: ConnectionEnd): readonly string[] => [
    ...(side.id === undefined ? [] : [side.id.value]),
    ...side.addresses.map(({ value }) => value),
  ];
  const found = findSecret(secrets ?? [], ['psk'], names(connection.local), names(connection.remote))?.entry;
  const selectors = `${names(connection.local)[0] ?? '%any'} ${names(connection.remote)[0] ?? '%any'}`;
  if (found !== undefined) {
    const line = (texts.get(found.file) ?? '').split('\n')[found.line - 1] ?? '';
    const head = /^[^"']*?:\s*(?=PSK)/i.exec(line)?.[0] ?? `${selectors} : `;
    return [{ file: found.file, line: found.line, how: 'replace', text: `${head}PSK "${SECRET_PLACEHOLDER}"` }];
  }
  const file = [...texts.keys()].find((name) => /\.secrets$/.test(name)) ?? secrets?.[0]?.file;
  return file === undefined ? undefined : [{ file, line: 1, how: 'behind', text: `${selectors} : PSK "${SECRET_PLACEHOLDER}"` }];
}

/** The lines of one `conn`, and where new ones go. */
class ConnLines {
  readonly #end: ConfigEnd;
  readonly #lines: readonly string[];

  constructor(end: ConfigEnd) {
    this.#end = end;
    this.#lines = (end.texts.get(end.connection.file) ?? '').split('\n');
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  /** `key=value` in place of the first of the keys that is there, or as a new line. */
  set(keys: readonly string[], value: string): readonly Edit[] {
    const text =
      /[\s,;]/.test(value) && (this.#end.product !== 'strongswan' || /\s/.test(value)) && /\s/.test(value) && !value.startsWith('{')
        ? `"${value}"`
        : value;
    for (const key of keys) {
      const found = this.#find(key);
      if (found === undefined) continue;
      if (found.text.slice(found.text.indexOf('=') + 1).trim() === text) return [];
      const section = this.#sectionOf(found);
      // Openswan and libreswan refuse a key that also= brings a second time; %default, and all of it in strongSwan, is overruled.
      if (section === '%default' || (section !== undefined && this.#end.product === 'strongswan')) return [this.#first(key, text)];
      const others = section === undefined ? [] : this.#others(section);
      const indent = /^\s*/.exec(found.text)?.[0] ?? '\t';
      return [
        { file: found.file, line: found.line, how: 'replace', text: `${indent}${key}=${text}`, ...(others.length > 0 && { others }) },
      ];
    }
    return [this.#first(keys[0] ?? '', text)];
  }

  /** A new line under the name of the connection. */
  #first(key: string, text: string): Edit {
    const { file, line } = this.#end.connection;
    return { file, line, how: 'behind', text: `\t${key}=${text}` };
  }

  /** New lines behind the last of the connection. */
  below(text: string): Edit {
    const { file, line } = this.#end.connection;
    const rest = this.#lines.slice(line);
    const next = rest.findIndex((each) => /^[^\s#]/.test(each));
    const last = (next < 0 ? rest : rest.slice(0, next)).findLastIndex((each) => /^\s+[^\s#]/.test(each));
    return { file, line: line + last + 1, how: 'behind', text };
  }

  remove(key: string): readonly Edit[] {
    const found = this.#find(key);
    return found === undefined ? [] : [{ file: found.file, line: found.line, how: 'delete', text: '' }];
  }

  /** The same in `config setup`, which is made where there is none. */
  setup(key: string, value: string): readonly Edit[] {
    const { file } = this.#end.connection;
    const at = this.#lines.findIndex((line) => new RegExp(`^\\s+${key}\\s*=`, 'i').test(line));
    if (at >= 0) return [{ file, line: at + 1, how: 'replace', text: `\t${key}=${value}` }];
    const section = this.#lines.findIndex((line) => /^config\s+setup/.test(line));
    if (section < 0) return [];
    return [{ file, line: section + 1, how: 'behind', text: `\t${key}=${value}` }];
  }

  /** Where a key is set for this connection: in its own section, else in one that it includes, else in `%default`. */
  #find(key: string): { readonly file: string; readonly line: number; readonly text: string; readonly own: boolean } | undefined {
    const { file, line } = this.#end.connection;
    const pattern = new RegExp(`^\\s+${key.replace(/[-_]/g, '[-_]')}\\s*=`, 'i');
    for (let at = line; at < this.#lines.length; at++) {
      const text = this.#lines[at] ?? '';
      if (/^\S/.test(text) && !text.startsWith('#')) break;
      if (pattern.test(text)) return { file, line: at + 1, text, own: true };
    }
    const sources = this.#places();
    for (const place of sources) {
      const text = (this.#end.texts.get(place.file) ?? '').split('\n')[place.line - 1] ?? '';
      if (pattern.test(text)) return { file: place.file, line: place.line, text, own: false };
    }
    return undefined;
  }

  /** The name of the section that a line stands in; undefined for the connection's own. */
  #sectionOf({ file, line, own }: { readonly file: string; readonly line: number; readonly own: boolean }): string | undefined {
    if (own) return undefined;
    const above = (this.#end.texts.get(file) ?? '').split('\n').slice(0, line);
    return above.map((text) => /^conn\s+(\S+)/.exec(text)?.[1]).findLast((name) => name !== undefined);
  }

  /** Other connections that include a section. */
  #others(section: string): readonly string[] {
    const names = new Set<string>();
    for (const text of this.#end.texts.values()) {
      let name = '';
      for (const line of text.split('\n')) {
        name = /^conn\s+(\S+)/.exec(line)?.[1] ?? name;
        if (/^\s+also\s*=\s*(\S+)/.exec(line)?.[1] === section) names.add(name);
      }
    }
    // Connections of several networks have a number behind their name.
    names.delete(this.#end.connection.name.replace(/\/.*$/, ''));
    return [...names];
  }

  /** Every place that the connection has a value from. */
  #places(): readonly Pick<Sourced<unknown>, 'file' | 'line'>[] {
    const found: Pick<Sourced<unknown>, 'file' | 'line'>[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('file' in value && 'line' in value && typeof value.file === 'string' && typeof value.line === 'number' && value.line > 0)
        found.push({ file: value.file, line: value.line });
      for (const inner of Object.values(value)) walk(inner);
    };
    const { name: _, ...values } = this.#end.connection;
    for (const value of Object.values(values)) walk(value);
    return found;
  }
}
