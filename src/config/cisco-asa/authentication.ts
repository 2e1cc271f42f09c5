import { Secret } from '../../bytes/secret.js';
import type { ConnectionAuth, Sourced } from '../../model/connection.js';
import { isWithin, prefixOfMask } from '../../wire/ip/network.js';
import type { SecretEntry } from '../secret-entry.js';
import { judgeSecret } from '../secret-strength.js';
import { begins, type CiscoStatement } from './statement.js';

/** What a tunnel-group (or its like on IOS) says about one peer. */
export interface PeerAuthentication {
  /** Name of the tunnel-group, or the address in the key's line. */
  readonly name: Sourced<string>;
  readonly local: readonly Sourced<ConnectionAuth>[];
  readonly remote: readonly Sourced<ConnectionAuth>[];
  /** `isakmp keepalive …`, `peer-id-validate …`, `type …` and what else stands there, by keyword. */
  readonly other: readonly { readonly key: string; readonly value: Sourced<string> }[];
  /** `default-group-policy`. */
  readonly groupPolicy?: Sourced<string>;
}

/** Authentication of all peers, and the preshared keys. */
export interface Authentication {
  readonly secrets: readonly SecretEntry[];
  /** By the peer's address: the entry of its own, or one that stands for a network it is in; undefined when there is none. */
  find(peer: string): PeerAuthentication | undefined;
  readonly groups: ReadonlyMap<string, PeerAuthentication>;
}

const COMMON_GROUP = 'DefaultL2LGroup';

/** What stands where `show run` hides a secret, or where it is encrypted with the master key. */
const HIDDEN = /^\*+$/;

/** Words below a tunnel-group whose value is no secret. */
const KNOWN = new Set([
  'isakmp keepalive',
  'peer-id-validate',
  'chain',
  'no',
  'address-pool',
  'strip-realm',
  'authentication-server-group',
]);

interface Building {
  readonly name: Sourced<string>;
  readonly local: Sourced<ConnectionAuth>[];
  readonly remote: Sourced<ConnectionAuth>[];
  readonly other: { key: string; value: Sourced<string> }[];
  groupPolicy?: Sourced<string>;
}

/** Reads tunnel-groups, `isakmp key`, keyrings. Secrets leave only as `Secret`. */
export function readAuthentication(statements: readonly CiscoStatement[]): Authentication {
  const groups = new Map<string, Building>();
  const secrets: SecretEntry[] = [];
  const group = (name: string, { file, line }: CiscoStatement): Building => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const made = { name: { value: name, file, line }, local: [], remote: [], other: [] };
    groups.set(name, made);
    return made;
  };
  const addSecret = (peer: string, keyword: string, text: string, { file, line }: CiscoStatement) => {
    if (text === '') return;
    const bytes = new Uint8Array(Buffer.from(text, 'utf8'));
    secrets.push({
      dialect: 'cisco-asa',
      file,
      line,
      kind: 'psk',
      keyword,
      // Where a peer has no group of its own.
      selectors: [{ value: peer === COMMON_GROUP ? '%any' : peer, file, line }],
      ...(!HIDDEN.test(text) && { secret: new Secret(bytes), strength: judgeSecret(bytes, text) }),
    });
  };
  for (const statement of statements) {
    const { words, file, line } = statement;
    if (begins(statement, 'tunnel-group')) {
      const [, name = '', what, type] = words;
      const building = group(name, statement);
      if (what === 'type') building.other.push({ key: 'tunnel-group type', value: { value: type ?? '', file, line } });
      for (const sub of statement.sub) readGroupLine(building, sub, (keyword, text) => addSecret(name, keyword, text, sub));
    } else if (begins(statement, 'crypto', 'isakmp', 'key') || begins(statement, 'isakmp', 'key')) {
      const own = words.slice(words.indexOf('key') + 1);
      const key = /^[056]$/.test(own[0] ?? '') && own.length > 3 ? own.slice(1) : own;
      const peer = peerOf(key.slice(1));
      addSecret(peer, 'isakmp key', own[0] === '6' && own.length > 3 ? '***' : (key[0] ?? ''), statement);
      addPsk(group(peer, statement), { file, line });
    } else if (begins(statement, 'crypto', 'keyring')) {
      for (const sub of statement.sub) {
        const at = sub.words.indexOf('key');
        if (sub.words[0] !== 'pre-shared-key' || at < 0) continue;
        const peer = peerOf(sub.words.slice(1, at));
        const [first = '', second] = sub.words.slice(at + 1);
        addSecret(peer, 'pre-shared-key', first === '6' ? '***' : first === '0' && second !== undefined ? second : first, sub);
        addPsk(group(peer, sub), sub);
      }
    } else if (begins(statement, 'crypto', 'ikev2', 'keyring')) {
      for (const peerStatement of statement.sub) readIkev2Peer(peerStatement, group, addSecret);
    }
  }
  return {
    secrets,
    groups,
    find: (peer) => {
      const own =
        groups.get(peer) ??
        [...groups.values()].find(({ name }) => name.value.includes('/') && isWithin(peer, name.value)) ??
        groups.get(ANY);
      const common = groups.get(COMMON_GROUP);
      return own ?? (common !== undefined && common.local.length > 0 ? common : undefined);
    },
  };
}

function readGroupLine(building: Building, { words, file, line }: CiscoStatement, secret: (keyword: string, text: string) => void): void {
  const place = { file, line };
  const plain = words[0] === 'ikev1' ? words.slice(1) : words;
  const [word = '', second = '', third = '', fourth = ''] = plain;
  if (word === 'pre-shared-key') {
    secret('pre-shared-key', second);
    addPsk(building, place);
  } else if (word === 'trust-point') {
    building.local.push({ value: 'pubkey', ...place });
    building.remote.push({ value: 'pubkey', ...place });
  } else if (word === 'ikev2' && /^(local|remote)-authentication$/.test(second)) {
    const auth: ConnectionAuth = third === 'pre-shared-key' ? 'psk' : third === 'eap' ? 'eap' : 'pubkey';
    (second.startsWith('local') ? building.local : building.remote).push({ value: auth, ...place });
    if (auth === 'psk') secret(`ikev2 ${second}`, fourth);
  } else if (word === 'default-group-policy') {
    building.groupPolicy = { value: second, ...place };
  } else {
    const key = plain.slice(0, word === 'isakmp' ? 2 : 1).join(' ');
    // What is not understood here may be a secret behind a slip.
    const value = KNOWN.has(key) ? plain.slice(word === 'isakmp' ? 2 : 1).join(' ') : '(not shown)';
    building.other.push({ key, value: { value, ...place } });
  }
}

function addPsk({ local, remote }: Building, { file, line }: { readonly file: string; readonly line: number }): void {
  for (const list of [local, remote]) if (!list.some(({ value }) => value === 'psk')) list.push({ value: 'psk', file, line });
}

function readIkev2Peer(
  peer: CiscoStatement,
  group: (name: string, at: CiscoStatement) => Building,
  secret: (peer: string, keyword: string, text: string, at: CiscoStatement) => void,
): void {
  const address = peer.sub.find(({ words }) => words[0] === 'address');
  const name = address === undefined ? (peer.words[1] ?? '') : peerOf(['address', ...address.words.slice(1)]);
  for (const sub of peer.sub) {
    if (sub.words[0] !== 'pre-shared-key') continue;
    const side = /^(local|remote)$/.exec(sub.words[1] ?? '')?.[1];
    const rest = sub.words.slice(side === undefined ? 1 : 2);
    const text = rest[0] === '6' ? '***' : /^(0|hex)$/.test(rest[0] ?? '') && rest.length > 1 ? (rest[1] ?? '') : (rest[0] ?? '');
    secret(name, side === undefined ? 'pre-shared-key' : `ikev2 ${side}-authentication`, text, sub);
    addPsk(group(name, sub), sub);
  }
}

/** The peer of a key that is for everybody. */
const ANY = '0.0.0.0';

/** `address 192.0.2.1 255.255.255.0`, `address 192.0.2.1`, `hostname gw`: the address, the network, or the name. */
function peerOf([kind, value = '', mask]: readonly string[]): string {
  if (kind !== 'address' || mask === undefined) return value;
  const prefix = prefixOfMask(mask);
  return prefix === undefined || prefix === 32 || value === ANY ? value : `${value}/${prefix}`;
}
