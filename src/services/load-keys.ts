import { readFile } from 'node:fs/promises';
import { UsageError } from '../bytes/errors.js';
import { KeyRing } from '../dissect/keys/key-ring.js';
import { readKeys } from '../dissect/keys/read-keys.js';

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
    const bytes = await readFile(file);
    if (bytes.length > MAX_BYTES) throw new UsageError(`${file} is too large for a file with keys (${bytes.length} bytes)`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read keys from ${file}: ${(error as Error).message}`, 'give a readable file with -k');
  }
}
