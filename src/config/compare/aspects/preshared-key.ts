import type { ConfigEnd } from '../../effective/config-end.js';
import { secretNames } from '../../effective/secret-names.js';
import { findSecret } from '../../ipsec-secrets/find-secret.js';
import type { SecretEntry } from '../../secret-entry.js';
import { cell, row } from '../cells.js';
import type { Aspect, Mismatch, Pair, Row } from '../mismatch.js';

/** Both ends have the same preshared key for each other. Neither is ever shown. */
export const aspect: Aspect = {
  id: 'preshared-key',
  compare({ ours, theirs, version }) {
    const both = [...ours.connection.local.auth, ...theirs.connection.local.auth];
    if (both.length === 0 || !both.every(({ value }) => value === 'psk' || value === 'xauth')) return { rows: [], mismatches: [] };
    const rows: Row[] = [];
    const mismatches: Mismatch[] = [];
    const differing: Differing[] = [];
    // An ASA may have one key for each direction.
    const directions =
      version === 'ikev2' && [ours, theirs].some(({ secrets }) => secrets?.some(({ keyword }) => keyword.startsWith('ikev2 ')))
        ? (['local', 'remote'] as const)
        : ([undefined] as const);
    for (const direction of directions) {
      const [a, b] = keysOf({ ours, theirs, version }, direction);
      const label = direction === undefined ? 'preshared key' : `key of ${direction === 'local' ? 'our' : 'their'} proof`;
      const agrees =
        a.state !== 'missing' &&
        b.state !== 'missing' &&
        (a.bytes === undefined || b.bytes === undefined || Buffer.compare(a.bytes, b.bytes) === 0);
      rows.push(row(label, cell(a, textOf(a)), cell(b, textOf(b)), agrees));
      if (agrees) {
        if (a.state === 'hidden' || b.state === 'hidden') mismatches.push(hidden(a.state === 'hidden' ? 'our end' : 'the other end', a, b));
        continue;
      }
      for (const [who, end] of [
        ['ours', a],
        ['theirs', b],
      ] as const)
        if (end.state === 'missing')
          mismatches.push({
            code: 'config/psk-missing',
            severity: 'error',
            breaks: 'up',
            title: `${who === 'ours' ? 'our end' : 'the other end'} has no preshared key for this peer`,
            cause: 'Its product looks for a key by the identities and addresses of the two ends, and finds none that fits.',
            evidence: [{ file: end.file, ...(end.line > 0 && { line: end.line }), text: `no key for ${end.names}` }],
            change: { [who]: { kind: 'secret' } },
            refs: ['RFC 2409 §5.4', 'RFC 7296 §2.15'],
          });
      if (a.state === 'missing' || b.state === 'missing') continue;
      differing.push({ direction, a, b });
    }
    return { rows, mismatches: [...once(mismatches), ...differ(differing)] };
  },
};

/** Keys of one direction, or of both, that are not the same. */
interface Differing {
  /** Whose proof it is, seen from our end. */
  readonly direction: 'local' | 'remote' | undefined;
  readonly a: Key;
  readonly b: Key;
}

/** One finding, whose correction touches the key of the other direction only where that one differs as well. */
function differ(all: readonly Differing[]): readonly Mismatch[] {
  const [first] = all;
  if (first === undefined) return [];
  const { a, b } = first;
  const direction = all.length === 1 ? first.direction : undefined;
  const [who, whom] = direction === 'local' ? ['our end', 'the other end'] : ['the other end', 'our end'];
  const whose = direction === undefined ? '' : `: that by which ${who} proves itself is not the one that ${whom} expects`;
  const other = direction === 'local' ? 'remote' : 'local';
  return [
    {
      code: 'config/psk-differs',
      severity: 'error',
      breaks: 'up',
      title: `the preshared keys differ${lengths(a, b)}${whose}`,
      cause:
        'In IKEv1 the first encrypted message cannot be read (PAYLOAD_MALFORMED or silence); in IKEv2 the AUTH payload is refused (AUTHENTICATION_FAILED).',
      evidence: all.flatMap(({ a, b }) => [
        { file: a.file, line: a.line, text: textOf(a) },
        { file: b.file, line: b.line, text: textOf(b) },
      ]),
      change: directional(a, b, direction) ?? {
        ours: { kind: 'secret', ...(direction !== undefined && { proof: direction }) },
        theirs: { kind: 'secret', ...(direction !== undefined && { proof: other }) },
      },
      refs: ['RFC 2409 §5.4', 'RFC 7296 §2.15'],
    },
  ];
}

/** The keys of both ends for the proof of one. strongSwan tries all keys that fit on what its peer proves (psk_authenticator). */
function keysOf({ ours, theirs, version }: Pair, direction: 'local' | 'remote' | undefined): readonly [Key, Key] {
  if (direction === undefined) return [keyOf(ours, version, undefined), keyOf(theirs, version, undefined)];
  if (direction === 'local') {
    const proof = keyOf(ours, version, 'local');
    return [proof, keyOf(theirs, version, 'remote', proof.bytes)];
  }
  const proof = keyOf(theirs, version, 'local');
  return [keyOf(ours, version, 'remote', proof.bytes), proof];
}

/** With a key for each direction at one end, the other has one for both: only the first can be made to fit. */
function directional(a: Key, b: Key, direction: Differing['direction']): Mismatch['change'] | undefined {
  if (a.directional === b.directional) return undefined;
  if (direction === undefined) return a.directional ? { ours: { kind: 'secret' } } : { theirs: { kind: 'secret' } };
  return a.directional
    ? { ours: { kind: 'secret', proof: direction } }
    : { theirs: { kind: 'secret', proof: direction === 'local' ? 'remote' : 'local' } };
}

interface Key {
  readonly state: 'known' | 'hidden' | 'missing' | 'not-given';
  readonly file: string;
  readonly line: number;
  readonly bytes?: Uint8Array;
  /** For one direction alone. */
  readonly directional: boolean;
  /** What was looked for in vain. */
  readonly names?: string;
}

/** `wanted`: the key that is to be proved to this end. */
function keyOf(
  { connection, secrets, product }: ConfigEnd,
  version: Pair['version'],
  direction: 'local' | 'remote' | undefined,
  wanted?: Uint8Array,
): Key {
  const place = { file: connection.file, line: 0, directional: false };
  if (secrets === undefined) return { ...place, state: 'not-given' };
  const { local, remote } = secretNames({ connection, product }, version);
  const own = (entry: SecretEntry) =>
    direction === undefined || !entry.keyword.startsWith('ikev2 ') || entry.keyword === `ikev2 ${direction}-authentication`;
  const plain = (entry: SecretEntry) => connection.ikeVersion.value !== 'ikev2' || product !== 'asa' || entry.keyword !== 'pre-shared-key';
  // What %defaultroute and %eth0 stand for is not in the file: it may be any of those that the secrets name.
  const unknown = local.some((name) => /^%(?!any)/.test(name));
  const find = (entries: readonly SecretEntry[]) => {
    const others = unknown ? entries.flatMap(({ selectors }) => selectors.map(({ value }) => value)) : [];
    return findSecret(entries, ['psk'], [...local, ...others.filter((name) => !remote.includes(name))], remote)?.entry;
  };
  const all = secrets.filter((entry) => own(entry) && plain(entry));
  const tried =
    product !== 'strongswan' || wanted === undefined
      ? undefined
      : all.find((entry) => find([entry])?.secret !== undefined && Buffer.compare(entry.secret?.reveal() ?? Buffer.alloc(0), wanted) === 0);
  const found = tried ?? find(all);
  if (found === undefined) return { ...place, state: 'missing', names: [local[0], remote[0]].map((name) => name ?? '%any').join(' and ') };
  const { file, line, secret, keyword } = found;
  const at = { file, line, directional: keyword.startsWith('ikev2 ') };
  return secret === undefined ? { ...at, state: 'hidden' } : { ...at, state: 'known', bytes: secret.reveal() };
}

function textOf({ state }: Key): string {
  return { known: 'set', hidden: 'hidden (*****)', missing: 'none', 'not-given': 'not in what was given' }[state];
}

/** Lengths say much of what is wrong (a quote, a line end) and little of the key. */
function lengths({ bytes: a }: Key, { bytes: b }: Key): string {
  if (a === undefined || b === undefined || a.length === b.length) return '';
  const trimmed = (bytes: Uint8Array) =>
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^["'\s]+|["'\s]+$/g, '');
  return trimmed(a) === trimmed(b) ? ' in quotes or blanks around them' : ` (${a.length} and ${b.length} bytes)`;
}

function hidden(where: string, a: Key, b: Key): Mismatch {
  return {
    code: 'config/psk-hidden',
    severity: 'info',
    breaks: 'nothing',
    title: `the preshared key of ${where} is shown as asterisks: it cannot be compared`,
    cause: 'On an ASA "more system:running-config" shows it, where "show running-config" does not.',
    evidence: [a, b].filter(({ state }) => state === 'hidden').map(({ file, line }) => ({ file, line, text: 'hidden' })),
    change: {},
    refs: [],
  };
}

/** The keys of both directions may have the same thing said of them. */
function once(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  const byTitle = new Map<string, Mismatch>();
  for (const mismatch of mismatches) {
    const known = byTitle.get(mismatch.title);
    byTitle.set(mismatch.title, known === undefined ? mismatch : { ...known, evidence: [...known.evidence, ...mismatch.evidence] });
  }
  return [...byTitle.values()];
}
