import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readError } from '../../bytes/file-error.js';
import type { CredentialFiles } from './credentials.js';

/** Files of keys are small; a folder that holds more of them is none. */
const MOST_BYTES = 1 << 20;
const MOST_FILES = 200;

/** Keys and certificates as they lie on this host. @throws EnvironmentError for what only root may read */
export const systemFiles: CredentialFiles = {
  list(folder) {
    return (
      attempt(folder, () =>
        readdirSync(folder)
          .toSorted()
          .slice(0, MOST_FILES)
          .map((name) => join(folder, name)),
      ) ?? []
    );
  },
  read(path) {
    return attempt(path, () => {
      const stats = statSync(path);
      return stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(path) : undefined;
    });
  },
};

function attempt<T>(path: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw readError(path, path, error, { denied: 'only root may: sudo' });
  }
}
