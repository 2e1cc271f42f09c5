import { closeSync, fchmodSync, fstatSync, openSync, writeFileSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/**
 * Opens a file to be written anew that holds keys, or what they protect: for its owner alone, also where it was there before with
 * other rights. A pipe or terminal keeps its own. Throws what `node:fs` throws.
 */
export function openPrivate(path: string): number {
  const fd = openSync(path, 'w', OWNER_ONLY);
  const about = fstatSync(fd);
  if (about.isFile() && (about.mode & 0o077) !== 0) {
    try {
      fchmodSync(fd, OWNER_ONLY);
    } catch (error) {
      // Another's file, or a file system that has no rights to give (FAT).
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
  return fd;
}

/** Writes such a file as a whole. */
export function writePrivate(path: string, content: string | Uint8Array): void {
  const fd = openPrivate(path);
  try {
    writeFileSync(fd, content);
  } finally {
    closeSync(fd);
  }
}
