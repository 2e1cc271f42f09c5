import { execFileSync } from 'node:child_process';

/** Whether the `openssl` command is there, in a version that these tests know: a second opinion on what we compute. */
export function hasOpenssl(): boolean {
  try {
    return openssl('version').toString().startsWith('OpenSSL 3');
  } catch {
    return false;
  }
}

/** What the command prints. Throws when it fails. */
export function openssl(...words: readonly string[]): Buffer {
  return execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'pipe'] });
}
