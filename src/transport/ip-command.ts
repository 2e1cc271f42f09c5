import { execFile } from 'node:child_process';
import { EnvironmentError } from '../bytes/errors.js';

/** Milliseconds; netlink answers at once or not at all. */
const PATIENCE = 10_000;

/**
 * Runs `ip` of iproute2 with these words, without a shell, in the C locale; gives what it printed.
 * @throws EnvironmentError with the words of `ip` when it is missing or refuses
 */
export function ipCommand(words: readonly string[]): Promise<string> {
  // Users' paths often lack the folders of the administrator.
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`, LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile('ip', [...words], { env, timeout: PATIENCE, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new EnvironmentError('the command ip is not there', 'install iproute2'));
      else reject(new EnvironmentError(`ip ${words.join(' ')}: ${stderr.trim() === '' ? error.message : stderr.trim()}`));
    });
  });
}
