import { formatNetwork, type Network } from '../../wire/ip/network.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { offersOf } from '../effective/offer.js';
import { secretNames } from '../effective/secret-names.js';
import { type SelectorNetworks, selectorsOf } from '../effective/selectors.js';
import { identityWord } from '../identity-words.js';
import { findSecret } from '../ipsec-secrets/find-secret.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { Change, Edit } from './change.js';
import { proposalValue } from './proposal-words.js';
import { SwanctlLines } from './swanctl-lines.js';

/** Corrected lines of a swanctl.conf. */
export function mendSwanctl(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection, texts } = end;
  const { file } = connection;
  const lines = new SwanctlLines(file, texts.get(file) ?? '');
  const [name = '', child] = splitName(connection.name);
  const section = lines.block(['connections', name]);
  const childPath = ['connections', name, 'children', child ?? ''];
  const inner = lines.block(childPath);
  if (section === undefined) return undefined;
  const inConnection = (key: string, value: string) => lines.set(section, key, value);
  const inChild = (key: string, value: string) => (inner === undefined ? undefined : lines.set(inner, key, value));
  const inRound = (side: 'local' | 'remote', key: string, value: string): readonly Edit[] => {
    const round = lines.block(['connections', name, new RegExp(`^${side}`)]);
    if (round !== undefined) return lines.set(round, key, value);
    return lines
      .set(section, `${side} { ${key}`, `${value} }`)
      .map((edit) => ({ ...edit, text: edit.text.replace(/^(\s*)(\w+ \{ \w+) = "?([^"]*?) \}"?$/, '$1$2 = $3\n$1}') }));
  };
  const espKey = connection.protocol.value === 'ah' ? 'ah_proposals' : 'esp_proposals';
  switch (change.kind) {
    case 'ike-version':
      return inConnection('version', change.value === 'ikev1' ? '1' : '2');
    case 'aggressive':
      return inConnection('aggressive', yesNo(change.value));
    case 'auth':
      return [...inRound('local', 'auth', change.value), ...inRound('remote', 'auth', change.value)];
    case 'secret':
      return secretLine(end);
    case 'local-id':
      return inRound('local', 'id', identityWord(change.value, 'strongswan'));
    case 'remote-id':
      return inRound('remote', 'id', identityWord(change.value, 'strongswan'));
    case 'remote-address':
      return inConnection('remote_addrs', change.value);
    case 'ike-proposals': {
      const value = proposalValue(change.offer, change.offer.groups, 'strongswan', 'ike');
      return value === undefined ? undefined : inConnection('proposals', value);
    }
    case 'esp-proposals': {
      const own = offersOf(end, 'esp', change.version)[0];
      const value = proposalValue(change.offer, change.groups ?? (connection.pfs.value ? (own?.groups ?? []) : []), 'strongswan', 'esp');
      return value === undefined ? undefined : inChild(espKey, value);
    }
    case 'pfs': {
      const value =
        change.offer === undefined
          ? undefined
          : proposalValue(change.offer, change.group === undefined ? [] : [change.group], 'strongswan', 'esp');
      return value === undefined ? undefined : inChild(espKey, value);
    }
    case 'ike-lifetime':
      // What is over the time of rekeying by a tenth is its lifetime.
      return inConnection('rekey_time', `${Math.round(change.seconds / 1.1)}s`);
    case 'child-lifetime':
      return lines.setAll(childPath, [
        ['life_time', `${change.seconds}s`],
        ['rekey_time', `${Math.round(change.seconds / 1.1)}s`],
      ]);
    case 'compress':
      return inChild('ipcomp', yesNo(change.value));
    case 'truncation':
      return inChild('sha256_96', yesNo(change.value));
    case 'mode':
      return inChild('mode', change.value);
    case 'protocol': {
      const value = change.offer === undefined ? undefined : proposalValue(change.offer, change.offer.groups, 'strongswan', 'esp');
      if (value === undefined || inner === undefined) return undefined;
      const [from, to] = change.value === 'esp' ? ['ah_proposals', 'esp_proposals'] : ['esp_proposals', 'ah_proposals'];
      return [...lines.remove(inner, from), ...lines.set(inner, to, value)];
    }
    case 'selectors':
      return change.apart === true && change.pairs.length > 1
        ? pairsApart(change.pairs, childPath, lines)
        : selectorLines(change.pairs, connection, (settings) => lines.setAll(childPath, settings));
    case 'dpd':
      return inConnection('dpd_delay', `${change.delay}s`);
    case 'start':
      return inChild('start_action', 'start');
    default:
      return undefined;
  }
}

function splitName(name: string): readonly string[] {
  const at = name.indexOf('/');
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function selectorLines(
  pairs: readonly SelectorNetworks[],
  connection: ConfigEnd['connection'],
  set: (settings: readonly (readonly [string, string])[]) => readonly Edit[] | undefined,
): readonly Edit[] | undefined {
  const distinct = (of: readonly SelectorNetworks[], side: 'local' | 'remote', port: 'localPort' | 'remotePort') => [
    ...new Set(of.map((pair) => `${formatNetwork(pair[side])}${pair[port] === undefined ? '' : `[${pair[port]}]`}`)),
  ];
  const both = (of: readonly SelectorNetworks[]) => [distinct(of, 'local', 'localPort'), distinct(of, 'remote', 'remotePort')] as const;
  const [[local, remote], written] = [both(pairs), both(selectorsOf(connection).pairs)];
  if (pairs.length === 0 || local.length * remote.length !== pairs.length) return undefined;
  const text = (list: readonly string[]) => list.join(', ');
  const wanted = [
    ['local_ts', text(local), text(written[0])],
    ['remote_ts', text(remote), text(written[1])],
  ] as const;
  return set(wanted.filter(([, value, before]) => value !== before).map(([key, value]) => [key, value] as const));
}

/** The first pair in the child itself, the others in copies of it. */
function pairsApart(
  [first, ...others]: readonly SelectorNetworks[],
  childPath: readonly string[],
  lines: SwanctlLines,
): readonly Edit[] | undefined {
  const side = (network: Network, port: string | undefined) => `${formatNetwork(network)}${port === undefined ? '' : `[${port}]`}`;
  const settings = (pair: SelectorNetworks) =>
    [
      ['local_ts', side(pair.local, pair.localPort)],
      ['remote_ts', side(pair.remote, pair.remotePort)],
    ] as const;
  const own = first === undefined ? undefined : lines.setAll(childPath, settings(first));
  const copies = others.map((pair, i) => lines.copy(childPath, `${childPath.at(-1)}-${i + 2}`, settings(pair)));
  return own === undefined || copies.includes(undefined) ? undefined : [...own, ...copies.filter((edit) => edit !== undefined)];
}

function secretLine(end: ConfigEnd): readonly Edit[] | undefined {
  const { connection, secrets, texts } = end;
  const { local, remote } = secretNames(end);
  const found = findSecret(secrets ?? [], ['psk'], local, remote)?.entry;
  const text = texts.get(found?.file ?? connection.file) ?? '';
  if (found !== undefined) {
    const lines = new SwanctlLines(found.file, text);
    const block = lines.block(['secrets', found.keyword]);
    return block === undefined ? undefined : lines.set(block, 'secret', SECRET_PLACEHOLDER);
  }
  const count = text.split('\n').length;
  const ids = [local[0], remote[0]].filter((id) => id !== undefined);
  return [
    {
      file: connection.file,
      line: count,
      how: 'behind',
      text: `secrets {\n  ike-${connection.name.replace(/\W/g, '-')} {\n${ids.map((id, i) => `    id-${i + 1} = ${id}\n`).join('')}    secret = "${SECRET_PLACEHOLDER}"\n  }\n}`,
    },
  ];
}
