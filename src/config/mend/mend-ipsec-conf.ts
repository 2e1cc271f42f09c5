import { formatNetwork } from '../../wire/ip/network.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { wantsDeadPeerTimeout } from '../effective/dead-peer.js';
import { droppedAlgorithms } from '../effective/dropped-algorithms.js';
import { type Offer, offersOf } from '../effective/offer.js';
import { secretNames } from '../effective/secret-names.js';
import { type SelectorNetworks, selectorsOf } from '../effective/selectors.js';
import { identityWord } from '../identity-words.js';
import { findSecret } from '../ipsec-secrets/find-secret.js';
import { splitProposals } from '../proposals.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import { compareVersions } from '../versions.js';
import type { Change, Edit } from './change.js';
import { ConnLines } from './conn-lines.js';
import { proposalValue } from './proposal-words.js';

/** Corrected lines of an ipsec.conf, in the words of its product. */
export function mendIpsecConf(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection, product } = end;
  const strongswan = product === 'strongswan';
  const [ours, theirs] = connection.localSide === 'right' ? ['right', 'left'] : ['left', 'right'];
  const lines = new ConnLines(end);
  /** Nothing is offered that the release does not load, but what was built out of most and stands in the connection already. */
  const built = new Set(
    (['ike', 'esp'] as const)
      .flatMap((use) => connection[`${use}Proposals`].flatMap(({ value }) => droppedAlgorithms(value, use, end)))
      .flatMap(({ name, what }) => (what === 'not built' ? [name] : [])),
  );
  const proposal = (offer: Offer, groups: readonly number[], use: 'ike' | 'esp') => {
    const value = proposalValue(offer, groups, product, use);
    return value === undefined || splitProposals(value).some((one) => droppedAlgorithms(one, use, end).some(({ name }) => !built.has(name)))
      ? undefined
      : value;
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
        ...(wantsDeadPeerTimeout(product, connection.ikeVersion.value)
          ? lines.set(['dpdtimeout'], strongswan ? `${change.timeout}s` : `${change.timeout}`)
          : []),
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

function secretLine(end: ConfigEnd): readonly Edit[] | undefined {
  const { secrets, texts } = end;
  const { local, remote } = secretNames(end);
  const found = findSecret(secrets ?? [], ['psk'], local, remote)?.entry;
  // %defaultroute is no name there.
  const selectors = [local[0], remote[0]].map((name) => (name === undefined || name.startsWith('%') ? '%any' : name)).join(' ');
  if (found !== undefined) {
    const line = (texts.get(found.file) ?? '').split('\n')[found.line - 1] ?? '';
    const head = /^[^"']*?:\s*(?=PSK)/i.exec(line)?.[0] ?? `${selectors} : `;
    return [{ file: found.file, line: found.line, how: 'replace', text: `${head}PSK "${SECRET_PLACEHOLDER}"` }];
  }
  const file = [...texts.keys()].find((name) => /\.secrets$/.test(name)) ?? secrets?.[0]?.file;
  return file === undefined ? undefined : [{ file, line: 1, how: 'behind', text: `${selectors} : PSK "${SECRET_PLACEHOLDER}"` }];
}
