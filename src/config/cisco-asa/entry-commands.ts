import type { Sourced } from '../../model/connection.js';
import type { CryptoMapEntry } from './crypto-maps.js';

/** What has commands: an entry of a crypto map, a tunnel. */
type Commanded = Pick<CryptoMapEntry, 'commands'>;

/** Arguments of `set …`, by the words before them. */
export function findCommands(entry: Commanded, ...words: readonly string[]): readonly Sourced<readonly string[]>[] {
  return entry.commands
    .filter(({ value }) => words.every((word, i) => value[i] === word))
    .map(({ value, file, line }) => ({ value: value.slice(words.length), file, line }));
}

export function placeOf({ file, line }: { readonly file: string; readonly line: number }): {
  readonly file: string;
  readonly line: number;
} {
  return { file, line };
}

/** A transform set or proposal that an entry names, and for which version of IKE. */
export interface NamedTransform extends Sourced<string> {
  readonly version: 'ikev1' | 'ikev2';
  /** Before the name, as written. */
  readonly words: string;
}

export function transformNames(entry: Commanded): readonly NamedTransform[] {
  const of = (version: 'ikev1' | 'ikev2', ...words: readonly string[]) =>
    findCommands(entry, ...words).flatMap(({ value, file, line }) =>
      value.map((name) => ({ value: name, version, words: words.join(' '), file, line })),
    );
  // On IOS the profile tells the version; transform sets serve both.
  const plain = findCommands(entry, 'set', 'ikev2-profile').length > 0 ? 'ikev2' : 'ikev1';
  return [
    ...of('ikev1', 'set', 'ikev1', 'transform-set'),
    ...of(plain, 'set', 'transform-set'),
    ...of('ikev2', 'set', 'ikev2', 'ipsec-proposal'),
  ];
}
