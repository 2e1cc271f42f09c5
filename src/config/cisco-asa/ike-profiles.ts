import type { ConnectionAuth, Sourced } from '../../model/connection.js';
import { prefixOfMask } from '../../wire/ip/network.js';
import { begins, type CiscoStatement } from './statement.js';

/** `crypto ikev2 profile` and `crypto isakmp profile` of IOS: how a tunnel that names it proves itself and whom it takes. */
export interface IkeProfile {
  readonly localId?: Sourced<string>;
  /** Any of them is taken. */
  readonly remoteIds: readonly Sourced<string>[];
  readonly local: readonly Sourced<ConnectionAuth>[];
  readonly remote: readonly Sourced<ConnectionAuth>[];
  /** Seconds. */
  readonly lifetime?: Sourced<number>;
  readonly aggressive?: Sourced<true>;
  /** Everything else, by keyword. */
  readonly other: readonly { readonly key: string; readonly value: Sourced<string> }[];
}

/** By the words that name one: `ikev2 NAME`, `isakmp NAME`. Source: IOS security command reference. */
export function readIkeProfiles(statements: readonly CiscoStatement[]): ReadonlyMap<string, IkeProfile> {
  return new Map(
    statements
      .filter((one) => begins(one, 'crypto', 'ikev2', 'profile') || begins(one, 'crypto', 'isakmp', 'profile'))
      .map((one) => [`${one.words[1]} ${one.words[3] ?? ''}`, profileOf(one)]),
  );
}

function profileOf(statement: CiscoStatement): IkeProfile {
  let localId: Sourced<string> | undefined;
  let lifetime: Sourced<number> | undefined;
  let aggressive: Sourced<true> | undefined;
  const remoteIds: Sourced<string>[] = [];
  const auth = { local: [] as Sourced<ConnectionAuth>[], remote: [] as Sourced<ConnectionAuth>[] };
  const other: { key: string; value: Sourced<string> }[] = [];
  for (const { words, file, line } of statement.sub) {
    const place = { file, line };
    const [word = '', second = '', third = ''] = words;
    const side = second === 'local' || second === 'remote' ? second : undefined;
    if (word === 'identity' && side === 'local') {
      const value = identityOf(words.slice(2));
      if (value !== undefined) localId = { value, ...place };
    } else if (word === 'self-identity') {
      const value = identityOf(words.slice(1));
      if (value !== undefined) localId = { value, ...place };
    } else if (word === 'match' && second === 'identity') {
      const value = identityOf(words.slice(third === 'remote' ? 3 : 2));
      if (value !== undefined) remoteIds.push({ value, ...place });
    } else if (word === 'authentication' && side !== undefined) {
      auth[side].push({ value: /^pre-share/.test(third) ? 'psk' : third === 'eap' ? 'eap' : 'pubkey', ...place });
    } else if (word === 'lifetime' && /^\d{1,9}$/.test(second)) {
      lifetime = { value: Number(second), ...place };
    } else if (word === 'initiate' && third === 'aggressive') {
      aggressive = { value: true, ...place };
    } else other.push({ key: word, value: { value: words.slice(1).join(' '), ...place } });
  }
  return {
    remoteIds,
    ...auth,
    other,
    ...(localId !== undefined && { localId }),
    ...(lifetime !== undefined && { lifetime }),
    ...(aggressive !== undefined && { aggressive }),
  };
}

/** `address 192.0.2.1 255.255.255.255`, `fqdn gw.example.com`, `fqdn domain example.com`, `email …`, `key-id …`, `any`; undefined for others. */
function identityOf([kind, value, third]: readonly string[]): string | undefined {
  switch (kind) {
    case 'any':
      return '%any';
    case 'address': {
      if (value === undefined) return undefined;
      const prefix = third === undefined ? 32 : prefixOfMask(third);
      return value === '0.0.0.0' ? '%any' : prefix === undefined || prefix === 32 ? value : undefined;
    }
    case 'fqdn':
    case 'host':
      return value === 'domain' ? `*${third ?? ''}` : value === undefined ? undefined : `@${value}`;
    case 'email':
    case 'user-fqdn':
    case 'user':
      return value === 'domain' ? `*@${third ?? ''}` : value;
    case 'key-id':
      return value === undefined ? undefined : `@[${value}]`;
    default:
      return undefined;
  }
}
