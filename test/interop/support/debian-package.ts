import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fetches packages that conflict with the installed ones and unpacks them into a folder, one root for all; undefined when they cannot
 * be had. Nothing is installed.
 * @param folder is made
 */
export function unpackPackages(folder: string, names: readonly string[]): string | undefined {
  mkdirSync(folder);
  const root = join(folder, 'root');
  try {
    execFileSync('apt-get', ['-qq', 'download', ...names], { cwd: folder, stdio: 'ignore', timeout: 120_000 });
    const packages = readdirSync(folder).filter((file) => file.endsWith('.deb'));
    for (const file of packages) execFileSync('dpkg-deb', ['-x', file, root], { cwd: folder, stdio: 'ignore', timeout: 60_000 });
    return packages.length === names.length ? root : undefined;
  } catch {
    return undefined;
  }
}
