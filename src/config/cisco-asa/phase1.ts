import type { ConnectionAuth, Sourced, SourcedProposal } from '../../model/connection.js';
import type { RemarkList } from '../source.js';
import { algorithmWord, ciscoGroup } from './algorithms.js';
import type { CiscoDefaults } from './defaults.js';
import { begins, type CiscoStatement } from './statement.js';

/** The policies of phase 1: they belong to no peer, all are offered to everyone, best (lowest number) first. */
export interface Phase1 {
  readonly ikev1: readonly SourcedProposal[];
  readonly ikev2: readonly SourcedProposal[];
}

interface Numbered {
  readonly order: number;
  readonly statement: CiscoStatement;
  /** Commands of the policy, the mode's word gone. */
  readonly lines: readonly Sourced<readonly string[]>[];
}

/** Reads `crypto ikev1|ikev2|isakmp policy`, the one-line `isakmp policy 10 hash md5` of PIX, and IOS's `crypto ikev2 proposal`. */
export function readPhase1(statements: readonly CiscoStatement[], defaults: CiscoDefaults, file: string, remarks: RemarkList): Phase1 {
  const ikev1 = policies(statements, ['ikev1', 'isakmp']);
  const ikev2 = policies(statements, ['ikev2']);
  const named = statements.filter((statement) => begins(statement, 'crypto', 'ikev2', 'proposal'));
  const unsaid = { file, line: 0 };
  const used = new Set(ikev2.flatMap(({ lines }) => lines.filter(({ value }) => value[0] === 'proposal').map(({ value }) => value[1])));
  for (const { file, line, words } of named)
    if (!used.has(words[3]) && words[3] !== 'default')
      remarks.add({
        file,
        line,
        severity: 'warning',
        code: 'not-in-a-policy',
        text: `no crypto ikev2 policy names proposal ${words[3] ?? ''}: it is not offered`,
      });
  const inForce = named.filter(({ words }) => words[3] === 'default').map((one) => ikev2Proposal(linesOf(one), one, defaults));
  return {
    ikev1:
      ikev1.length > 0
        ? ikev1.map((policy) => ikev1Proposal(policy, defaults))
        : defaults.policies.map(({ proposal, auth }) => ({
            ...unsaid,
            value: proposal,
            ikeVersion: 'ikev1',
            auth: { ...unsaid, value: auth },
            lifetime: { ...unsaid, value: defaults.ikeLifetime },
          })),
    ikev2: [
      // ASA: the algorithms stand in the policy itself; IOS: it names proposals.
      ...ikev2.flatMap((policy) => {
        const names = policy.lines.filter(({ value }) => value[0] === 'proposal').map(({ value }) => value[1]);
        if (names.length > 0)
          return named.filter(({ words }) => names.includes(words[3])).map((one) => ikev2Proposal(linesOf(one), one, defaults));
        return policy.lines.some(({ value }) => value[0] === 'encryption' || value[0] === 'integrity')
          ? [ikev2Proposal(policy.lines, policy.statement, defaults)]
          : [];
      }),
      ...(ikev2.length > 0
        ? []
        : inForce.length > 0
          ? inForce
          : defaults.ikev2Proposals.map((value): SourcedProposal => ({ ...unsaid, value, ikeVersion: 'ikev2' }))),
    ],
  };
}

function policies(statements: readonly CiscoStatement[], kinds: readonly string[]): readonly Numbered[] {
  const found = new Map<string, Numbered>();
  for (const statement of statements) {
    const words = statement.words[0] === 'crypto' ? statement.words.slice(1) : statement.words;
    if (!kinds.includes(words[0] ?? '') || words[1] !== 'policy') continue;
    const number = words[2] ?? '';
    const own = words.length > 3 ? [{ value: words.slice(3), file: statement.file, line: statement.line }] : [];
    const known = found.get(number);
    found.set(number, {
      order: Number(number),
      statement: known?.statement ?? statement,
      lines: [...(known?.lines ?? []), ...own, ...linesOf(statement)],
    });
  }
  return [...found.values()].toSorted((a, b) => a.order - b.order);
}

function linesOf(statement: CiscoStatement): readonly Sourced<readonly string[]>[] {
  return statement.sub.map(({ words, file, line }) => ({ value: words, file, line }));
}

const authWords: ReadonlyMap<string, ConnectionAuth> = new Map(
  Object.entries<ConnectionAuth>({
    'pre-share': 'psk',
    'pre-shared-key': 'psk',
    'rsa-sig': 'pubkey',
    'rsa-encr': 'rsa-raw',
    'ecdsa-sig': 'pubkey',
    'dsa-sig': 'pubkey',
    crack: 'eap',
  }),
);

function ikev1Proposal({ statement, lines }: Numbered, defaults: CiscoDefaults): SourcedProposal {
  const { file, line } = statement;
  const unsaid = { file, line: 0 };
  const find = (...names: readonly string[]) => lines.find(({ value }) => names.includes(value[0] ?? ''));
  const encryption = find('encryption', 'encr');
  const hash = find('hash');
  const group = find('group');
  const auth = find('authentication');
  const lifetime = find('lifetime');
  const [cipher = '', bits] = encryption?.value.slice(1) ?? [];
  const tokens = [
    encryption === undefined ? defaults.encryption : algorithmWord(bits === undefined ? cipher : `${cipher}-${bits}`),
    hash === undefined ? defaults.hash : algorithmWord(hash.value[1] ?? ''),
    ciscoGroup(group?.value[1] ?? `${defaults.group}`),
  ];
  const seconds = secondsOf(lifetime);
  const method = auth?.value[1] ?? '';
  return {
    value: tokens.join('-'),
    file,
    line,
    ikeVersion: 'ikev1',
    parts: partsOf(encryption, hash, group),
    auth:
      auth === undefined
        ? { ...unsaid, value: defaults.auth }
        : { file: auth.file, line: auth.line, value: authWords.get(method) ?? 'never' },
    lifetime:
      lifetime === undefined || seconds === undefined
        ? { ...unsaid, value: defaults.ikeLifetime }
        : { file: lifetime.file, line: lifetime.line, value: seconds },
  };
}

function ikev2Proposal(lines: Numbered['lines'], { file, line }: CiscoStatement, defaults: CiscoDefaults): SourcedProposal {
  const find = (name: string) => lines.find(({ value }) => value[0] === name);
  const words = (name: string) => find(name)?.value.slice(1) ?? [];
  const integrity = find('integrity');
  const group = find('group');
  const lifetime = find('lifetime');
  const seconds = secondsOf(lifetime);
  const ciphers = find('encryption') === undefined ? [defaults.ikev2.encryption] : words('encryption').map(algorithmWord);
  const hashes = (integrity === undefined ? [defaults.ikev2.integrity] : words('integrity'))
    .filter((word) => word !== 'null')
    .map(algorithmWord);
  const prfs = find('prf') === undefined ? [] : words('prf').map((word) => `prf${algorithmWord(word)}`);
  const groups = (group === undefined ? [`${defaults.ikev2.group}`] : words('group')).map(ciscoGroup);
  // With a combined cipher IKE has no integrity of its own.
  const combined = ciphers.every((cipher) => /gcm|gmac/.test(cipher));
  return {
    value: [...ciphers, ...(combined ? [] : hashes), ...prfs, ...groups].join('-'),
    file,
    line,
    ikeVersion: 'ikev2',
    parts: partsOf(find('encryption'), integrity, find('prf'), group),
    lifetime:
      lifetime === undefined || seconds === undefined
        ? { file, line: 0, value: defaults.ikeLifetime }
        : { file: lifetime.file, line: lifetime.line, value: seconds },
  };
}

function partsOf(...lines: readonly (Sourced<readonly string[]> | undefined)[]): readonly Sourced<string>[] {
  return lines.filter((line) => line !== undefined).map(({ value, file, line }) => ({ value: value.join(' '), file, line }));
}

/** `lifetime 86400`, `lifetime seconds 86400`; `none` of an ASA is a day that never ends. */
function secondsOf(lifetime: Sourced<readonly string[]> | undefined): number | undefined {
  const text = lifetime?.value.findLast((word) => /^\d{1,9}$/.test(word));
  return text === undefined ? undefined : Number(text);
}
