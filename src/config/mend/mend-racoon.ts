import type { Sourced } from '../../model/connection.js';
import { formatNetwork } from '../../wire/ip/network.js';
import type { ConfigEnd } from '../effective/config-end.js';
import type { Cipher, Offer } from '../effective/offer.js';
import { keyIdOf } from '../identity-words.js';
import { findSecret } from '../ipsec-secrets/find-secret.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { Change, Edit } from './change.js';
import { literal } from './literal.js';

type Place = Pick<Sourced<unknown>, 'file' | 'line'>;

/** Corrected lines of a racoon.conf, of the policies of setkey and of psk.txt. */
export function mendRacoon(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection } = end;
  const lines = new RacoonLines(end);
  const [phase1] = connection.ikeProposals;
  const [phase2] = connection.espProposals;
  const inRemote = (key: string, value: string) =>
    lines.set({ file: connection.file, line: connection.line }, lines.other(key), key, value);
  switch (change.kind) {
    case 'aggressive':
      return lines.set(connection, connection.aggressive, 'exchange_mode', change.value ? 'aggressive' : 'main');
    case 'ike-proposals': {
      const words = algorithmWords(change.offer);
      const [group] = change.offer.groups;
      if (phase1 === undefined || words === undefined || words.hash === undefined || group === undefined) return undefined;
      const part = (name: string) => phase1.parts?.find(({ value }) => value.startsWith(name));
      return [
        ...lines.set(phase1, part('encryption_algorithm'), 'encryption_algorithm', words.cipher),
        ...lines.set(phase1, part('hash_algorithm'), 'hash_algorithm', words.hash),
        ...lines.set(phase1, part('dh_group'), 'dh_group', `${group}`),
      ];
    }
    case 'esp-proposals': {
      const words = algorithmWords(change.offer);
      if (phase2 === undefined || words === undefined) return undefined;
      const part = (name: string) => phase2.parts?.find(({ value }) => value.startsWith(name));
      return [
        ...lines.set(phase2, part('encryption_algorithm'), 'encryption_algorithm', words.cipher),
        ...(words.hash === undefined
          ? []
          : lines.set(phase2, part('authentication_algorithm'), 'authentication_algorithm', `hmac_${words.hash}`)),
      ];
    }
    case 'pfs': {
      if (change.group === undefined) return lines.remove(connection.pfs);
      // Beside the algorithms of the same sainfo.
      return phase2 === undefined ? undefined : lines.set(phase2, connection.pfs, 'pfs_group', `${change.group}`, 'beside');
    }
    case 'ike-lifetime': {
      const own = phase1?.lifetime ?? connection.ikeLifetime;
      return lines.set(connection, own, 'lifetime time', `${change.seconds} sec`);
    }
    case 'child-lifetime':
      return phase2 === undefined
        ? undefined
        : lines.set(phase2, connection.childLifetime, 'lifetime time', `${change.seconds} sec`, 'beside');
    case 'nat-traversal':
      return lines.set(connection, connection.natTraversal, 'nat_traversal', change.value ? 'on' : 'off');
    case 'dpd':
      return inRemote('dpd_delay', `${change.delay}`);
    case 'local-id':
      return lines.set(connection, connection.local.id, 'my_identifier', identifier(change.value));
    case 'remote-id':
      return lines.set(connection, connection.remote.id, 'peers_identifier', identifier(change.value));
    case 'auth':
      // A certificate needs files, which are not there.
      return phase1 === undefined || change.value !== 'psk'
        ? undefined
        : lines.set(phase1, phase1.auth, 'authentication_method', 'pre_shared_key');
    case 'remote-address':
      return peerLines(end, change.value);
    case 'selectors':
      return policyLines(end, change, lines);
    case 'secret': {
      const found = findSecret(
        end.secrets ?? [],
        ['psk'],
        [],
        connection.remote.addresses.map(({ value }) => value),
      )?.entry;
      return found === undefined
        ? undefined
        : [{ file: found.file, line: found.line, how: 'replace', text: `${found.selectors[0]?.value ?? ''} ${SECRET_PLACEHOLDER}` }];
    }
    default:
      return undefined;
  }
}

/** Another peer: in its remote block, in the policies of setkey, and before its key, which is not written. */
function peerLines({ connection, texts, secrets }: ConfigEnd, value: string): readonly Edit[] | undefined {
  const old = connection.remote.addresses[0]?.value;
  if (old === undefined || value === '') return undefined;
  const pattern = new RegExp(`(?<![\\w.:])${literal(old)}(?![\\w.:])`, 'g');
  const keys = (secrets ?? []).filter(({ selectors }) => selectors[0]?.value === old);
  const own = [...texts]
    .filter(([file]) => !(secrets ?? []).some((entry) => entry.file === file))
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((line, i): readonly Edit[] => {
        const changed = line.replace(pattern, value);
        return changed === line ? [] : [{ file, line: i + 1, how: 'replace', text: changed }];
      }),
    );
  return [...own, ...keys.map(({ file, line }): Edit => ({ file, line, how: 'replace', text: `${value} ${SECRET_PLACEHOLDER}` }))];
}

function algorithmWords({ ciphers, hashes }: Offer): { readonly cipher: string; readonly hash: string | undefined } | undefined {
  const [first, ...more] = ciphers.map(cipherWord);
  const hash = { 1: 'md5', 2: 'sha1', 12: 'sha256', 13: 'sha384', 14: 'sha512' }[hashes[0] ?? 0];
  return first === undefined || more.includes(undefined) ? undefined : { cipher: first, hash };
}

function cipherWord({ id, keyLength }: Cipher): string | undefined {
  if (id === 12) return `aes ${keyLength ?? 128}`;
  if (id === 23) return `camellia ${keyLength ?? 128}`;
  return { 2: 'des', 3: '3des', 11: 'null_enc' }[id];
}

function identifier(value: string): string {
  if (/^[\d.]+$|:/.test(value)) return `address ${value}`;
  const keyId = keyIdOf(value);
  if (keyId !== undefined) return `keyid tag "${keyId}"`;
  return value.slice(1).includes('@') ? `user_fqdn "${value}"` : `fqdn "${value.replace(/^@/, '')}"`;
}

/** One policy has one pair of networks; the two directions stand for one tunnel, and so does the sainfo. */
function policyLines(
  { connection, texts }: ConfigEnd,
  { pairs }: Extract<Change, { kind: 'selectors' }>,
  lines: RacoonLines,
): readonly Edit[] | undefined {
  const [pair] = pairs;
  const old = connection.selectorPairs?.[0];
  if (pair === undefined || pairs.length > 1 || old === undefined || pair.localPort !== undefined || pair.remotePort !== undefined)
    return undefined;
  const [local, remote] = [formatNetwork(pair.local), formatNetwork(pair.remote)];
  const edits: Edit[] = [];
  for (const [file, text] of texts)
    for (const [i, line] of text.split('\n').entries()) {
      // Policies of both directions, and the sainfo of this pair.
      if (!/^\s*(spdadd|sainfo)\b/.test(line) || !line.includes(old.local.value) || !line.includes(old.remote.value)) continue;
      const changed = line.replaceAll(old.local.value, '\0').replaceAll(old.remote.value, remote).replaceAll('\0', local);
      edits.push({ file, line: i + 1, how: 'replace', text: changed });
    }
  return edits.length === 0 ? undefined : lines.checked(edits);
}

/** Lines of the files by place, and edits of them. */
class RacoonLines {
  readonly #end: ConfigEnd;

  constructor(end: ConfigEnd) {
    this.#end = end;
  }

  other(key: string): Place | undefined {
    return this.#end.connection.other.find((each) => each.key === key)?.value;
  }

  #text({ file, line }: Place): string {
    return (this.#end.texts.get(file) ?? '').split('\n')[line - 1] ?? '';
  }

  /** `key value;` in place of what stands at `known`, or as a new line: in the block that begins at `block`, or beside that line. */
  set(block: Place, known: Place | undefined, key: string, value: string, where: 'within' | 'beside' = 'within'): readonly Edit[] {
    const [word = ''] = key.split(' ');
    if (known !== undefined && known.line > 0) {
      const line = this.#text(known);
      const pattern = new RegExp(`\\b${word}\\b[^;{}]*;`);
      if (pattern.test(line))
        return [{ file: known.file, line: known.line, how: 'replace', text: line.replace(pattern, `${key} ${value};`) }];
    }
    const at = where === 'beside' ? block.line : this.#lineOfBrace(block);
    const indent = /^\s*/.exec(this.#text({ file: block.file, line: where === 'beside' ? at : at + 1 }))?.[0] ?? '';
    return [{ file: block.file, line: at, how: 'behind', text: `${indent === '' ? '\t' : indent}${key} ${value};` }];
  }

  remove(place: Place): readonly Edit[] | undefined {
    if (place.line === 0) return undefined;
    const line = this.#text(place);
    const rest = line.replace(/\bpfs_group\b[^;{}]*;/, '');
    return [
      {
        file: place.file,
        line: place.line,
        ...(rest.trim() === '' ? ({ how: 'delete', text: '' } as const) : ({ how: 'replace', text: rest } as const)),
      },
    ];
  }

  /** Edits that change nothing are none. */
  checked(edits: readonly Edit[]): readonly Edit[] {
    return edits.filter((edit) => edit.text !== this.#text(edit));
  }

  /** The brace may stand on a line of its own. */
  #lineOfBrace({ file, line }: Place): number {
    const lines = (this.#end.texts.get(file) ?? '').split('\n');
    const at = lines.findIndex((text, i) => i >= line - 1 && text.includes('{'));
    return at < 0 ? line : at + 1;
  }
}
