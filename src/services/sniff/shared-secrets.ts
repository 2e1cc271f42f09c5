import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import { readIpsecSecrets } from '../../config/ipsec-secrets/read-secrets.js';
import { secretBytes } from '../../config/secret-text.js';
import type { SharedSecret } from '../../dissect/keys/key-ring.js';
import { readText } from '../settings/credentials.js';

const FLAG = '--psk-file';
/** Secrets that are tried on every hash: a word list is for other programs. */
const MOST_SECRETS = 1000;
/** A line of ipsec.secrets. */
const ENTRY = /^\s*(?:[^\s"]+\s+)*:\s*PSK\b/im;

/**
 * Pre-shared keys to be tried on captures: an ipsec.secrets, or a secret a line as `probe --psk-file` reads it.
 * @throws UsageError
 */
export async function readSharedSecrets(files: readonly string[]): Promise<readonly SharedSecret[]> {
  const all: SharedSecret[] = [];
  for (const file of files) {
    const found = await secretsOf(file);
    if (found.length === 0) throw new UsageError(`${FLAG} ${file} holds no pre-shared key`, 'one a line, or an ipsec.secrets');
    all.push(...found);
    if (all.length > MOST_SECRETS)
      throw new UsageError(`${FLAG} ${file}: more than ${MOST_SECRETS} secrets`, 'give those that may be the ones');
  }
  return all;
}

async function secretsOf(file: string): Promise<readonly SharedSecret[]> {
  const text = readText(file, FLAG);
  if (ENTRY.test(text)) {
    const { entries } = await readIpsecSecrets({ file, text }, 'libreswan', async () => ({ files: [], problems: [] }));
    return entries.flatMap(({ kind, secret, line }) =>
      kind === 'psk' && secret !== undefined ? [{ secret, name: `${file}:${line}` }] : [],
    );
  }
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line === '') return [];
    const { bytes, fault } = secretBytes(line, false, 'plain');
    if (bytes === undefined || bytes.length === 0)
      throw new UsageError(`${FLAG} ${file}: the secret in line ${i + 1} ${fault ?? 'is empty'}`);
    return [{ secret: new Secret(bytes), name: `${file}:${i + 1}` }];
  });
}
