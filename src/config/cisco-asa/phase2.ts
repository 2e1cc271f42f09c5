import type { Sourced, SourcedProposal } from '../../model/connection.js';
import { algorithmWord, transformWord } from './algorithms.js';
import { begins, type CiscoStatement, rest } from './statement.js';

/** Sets of phase 2 by name: `3des-md5`, and whether they say transport. */
export interface TransformSet {
  readonly proposal: SourcedProposal;
  readonly protocol: 'esp' | 'ah';
  readonly transport?: Sourced<string>;
  readonly compress?: Sourced<string>;
}

/** Reads a transform set: `crypto ipsec [ikev1] transform-set NAME esp-3des esp-md5-hmac`, IOS's `mode` below it, PIX's beside it. */
export function readTransformSets(statements: readonly CiscoStatement[]): ReadonlyMap<string, TransformSet> {
  const sets = new Map<string, TransformSet>();
  for (const statement of statements) {
    if (!begins(statement, 'crypto', 'ipsec')) continue;
    const start = statement.words[2] === 'ikev1' ? 3 : 2;
    if (statement.words[start] !== 'transform-set') continue;
    const { file, line } = statement;
    const name = statement.words[start + 1] ?? '';
    const words = statement.words.slice(start + 2);
    if (words[0] === 'mode') {
      const known = sets.get(name);
      if (known !== undefined && words[1] === 'transport') sets.set(name, { ...known, transport: { value: 'transport', file, line } });
      continue;
    }
    const transforms = words.flatMap((each, i) =>
      /^\d+$/.test(each) ? [] : [transformWord(each, words[i + 1])].filter((one) => one !== undefined),
    );
    const mode = statement.sub.find((sub) => sub.words[0] === 'mode' && sub.words[1] === 'transport');
    const compress = transforms.some(({ protocol }) => protocol === 'comp');
    const ah = transforms.every(({ protocol }) => protocol !== 'esp') && transforms.some(({ protocol }) => protocol === 'ah');
    sets.set(name, {
      proposal: {
        value: transforms
          .filter(({ protocol, token }) => protocol === (ah ? 'ah' : 'esp') && token !== '')
          .map(({ token }) => token)
          .join('-'),
        file,
        line,
        ikeVersion: 'ikev1',
        parts: [{ value: rest(statement, 0), file, line }],
      },
      protocol: ah ? 'ah' : 'esp',
      ...(mode !== undefined && { transport: { value: 'transport', file: mode.file, line: mode.line } }),
      ...(compress && { compress: { value: 'comp-lzs', file, line } }),
    });
  }
  return sets;
}

/** Reads `crypto ipsec ikev2 ipsec-proposal NAME` with `protocol esp encryption …` and `protocol esp integrity …`. */
export function readIpsecProposals(statements: readonly CiscoStatement[]): ReadonlyMap<string, SourcedProposal> {
  const proposals = new Map<string, SourcedProposal>();
  for (const statement of statements) {
    if (!begins(statement, 'crypto', 'ipsec', 'ikev2', 'ipsec-proposal')) continue;
    const { file, line } = statement;
    const find = (name: string) => statement.sub.find(({ words }) => words[0] === 'protocol' && words[2] === name);
    const ciphers = (find('encryption')?.words.slice(3) ?? []).map(algorithmWord);
    const hashes = (find('integrity')?.words.slice(3) ?? []).filter((word) => word !== 'null').map(algorithmWord);
    const combined = ciphers.length > 0 && ciphers.every((cipher) => /gcm|gmac/.test(cipher));
    proposals.set(statement.words[4] ?? '', {
      value: [...ciphers, ...(combined ? [] : hashes)].join('-'),
      file,
      line,
      ikeVersion: 'ikev2',
      parts: [find('encryption'), find('integrity')]
        .filter((one) => one !== undefined)
        .map((one) => ({ value: rest(one, 0), file: one.file, line: one.line })),
    });
  }
  return proposals;
}
