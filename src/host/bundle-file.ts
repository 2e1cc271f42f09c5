import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../bytes/errors.js';
import { readError, writeError } from '../bytes/file-error.js';
import { writePrivate } from '../capture/open-private.js';
import { type Bundle, BundleHost, decodeBundle, encodeBundle } from './bundle.js';

/** Larger than any bundle with captures of a useful size. */
const MAX_FILE_BYTES = 512 << 20;

/**
 * The host that a bundle file tells of.
 * @throws UsageError when it cannot be read or is something else
 */
export async function openBundle(path: string): Promise<BundleHost> {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw new UsageError(`${path} is too large for a bundle (${size} bytes)`);
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw readError(path, path, error, { missing: 'make a bundle with "vpndoctor collect -o FILE"' });
  }
  return new BundleHost(decodeBundle(bytes, path));
}

/**
 * Writes a bundle, readable for its owner alone.
 * @returns size of the file in bytes
 * @throws EnvironmentError when it cannot be written
 */
export async function writeBundle(path: string, bundle: Bundle): Promise<number> {
  const bytes = encodeBundle(bundle);
  try {
    writePrivate(path, bytes);
  } catch (error) {
    throw writeError(path, error);
  }
  return bytes.length;
}
