import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../../bytes/errors.js';
import { readError } from '../../bytes/file-error.js';
import { type KeyNote, KeyRing } from '../../dissect/keys/key-ring.js';
import { readKeys } from '../../dissect/keys/read-keys.js';

/** Notes kept of one file: a wrong file gives one for each of its lines. */
const MAX_NOTES = 3;

/** A key file larger than this is something else. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads every key source the user named into one ring; what was not understood is in its notes.
 * @param files paths
 * @param secrets tcpdump's `-E` form, one each
 * @throws UsageError for a file that cannot be read
 */
export async function loadKeys(files: readonly string[], secrets: readonly string[]): Promise<KeyRing> {
  const ring = new KeyRing();
  for (const file of files) ring.merge(readKeys(await readText(file), file));
  for (const secret of secrets) ring.merge(readKeys(secret, '-E'));
  return ring;
}

async function readText(file: string): Promise<string> {
  try {
    checkSize(file, (await stat(file)).size);
    const bytes = await readFile(file);
    // A pipe tells no size before.
    checkSize(file, bytes.length);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw readError(`-k ${file}`, file, error);
  }
}

function checkSize(file: string, size: number): void {
  if (size > MAX_BYTES) throw new UsageError(`${file} is too large for a file with keys (${size} bytes)`);
}

/** What was not understood of the keys given, for people: the first of each file, and how many more there are. */
export function keyNotes({ notes }: KeyRing): string[] {
  const byFile = new Map<string, KeyNote[]>();
  for (const note of notes) {
    const all = byFile.get(note.file);
    if (all === undefined) byFile.set(note.file, [note]);
    else all.push(note);
  }
  return [...byFile].flatMap(([file, all]) => {
    const more = all.length - MAX_NOTES;
    const shown = all.slice(0, MAX_NOTES).map(({ line, text }) => `${file}:${line}: ${text}`);
    return more > 0 ? [...shown, `${file}: ${more} more ${more === 1 ? 'line was' : 'lines were'} not understood`] : shown;
  });
}
