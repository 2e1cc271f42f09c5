import { type Comparison, compareEnds } from '../../../src/config/compare/compare-ends.js';
import { pairConnections } from '../../../src/config/compare/pair-connections.js';
import { applyEdits } from '../../../src/config/mend/apply-edits.js';
import type { Edit } from '../../../src/config/mend/change.js';
import { mend } from '../../../src/config/mend/mend.js';
import { endOf, readConfig } from '../../../src/config/read-config.js';
import { SECRET_PLACEHOLDER } from '../../../src/config/secret-text.js';
import { memoryFiles } from '../memory-files.js';

/** Files of one end; the first is the configuration. */
export type EndFiles = Readonly<Record<string, string>>;

/** What is known about each end beside its files. */
export interface EndFacts {
  readonly addresses?: readonly string[];
  readonly product?: 'openswan' | 'libreswan' | 'strongswan';
  readonly version?: string;
}

export async function readEnd(files: EndFiles, { addresses = [], ...facts }: EndFacts = {}) {
  const [first = ''] = Object.keys(files);
  return readConfig({ file: first, text: files[first] ?? '' }, memoryFiles(files), { addresses, ...facts });
}

/** Compares the first pair of connections. */
export async function compareTexts(
  ours: EndFiles,
  theirs: EndFiles,
  ourFacts: EndFacts = {},
  theirFacts: EndFacts = {},
): Promise<Comparison> {
  const [a, b] = [await readEnd(ours, ourFacts), await readEnd(theirs, theirFacts)];
  const [pair] = pairConnections(a.connections, b.connections).pairs;
  if (pair === undefined) throw new TypeError('nothing to compare');
  return compareEnds(endOf(a, pair.ours), endOf(b, pair.theirs));
}

/** `severity code`, what is only worth knowing left out. */
export function problems({ mismatches }: Comparison): readonly string[] {
  return mismatches.filter(({ severity }) => severity !== 'info').map(({ severity, code }) => `${severity} ${code}`);
}

/** Files of one end with the corrected lines of the first mismatch applied; undefined where there are none for that end. */
export function mended(
  { ours, theirs, mismatches }: Comparison,
  who: 'ours' | 'theirs',
  files: EndFiles,
  secret: string,
): EndFiles | undefined {
  const change = mismatches[0]?.change[who];
  const edits = change === undefined ? undefined : mend(who === 'ours' ? ours : theirs, change);
  return edits === undefined || edits.length === 0 ? undefined : withEdits(files, edits, secret);
}

function withEdits(files: EndFiles, edits: readonly Edit[], secret: string): EndFiles {
  return Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, applyEdits(text, file, edits).replaceAll(SECRET_PLACEHOLDER, secret)]),
  );
}
