import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { readSharedSecrets } from '../../../src/services/sniff/shared-secrets.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const file = (text: string) => {
  writeFileSync(at('psk'), text);
  return at('psk');
};

describe('readSharedSecrets', () => {
  it.each([
    ['a secret alone', 'correct horse', [[1, 'correct horse']]],
    [
      'one a line',
      'first\n\nthird\r\n',
      [
        [1, 'first'],
        [3, 'third'],
      ],
    ],
    [
      'hex and base64',
      '0x666f6f\n0sYmFy\n',
      [
        [1, 'foo'],
        [2, 'bar'],
      ],
    ],
    [
      'an ipsec.secrets',
      '# ours\n@a 192.0.2.1 : PSK "one"\n: PSK 0x666f6f\n@b : RSA key.pem\n',
      [
        [2, 'one'],
        [3, 'foo'],
      ],
    ],
  ])('%s', async (_, text, wanted) => {
    const name = file(text);
    const found = await readSharedSecrets([name]);
    expect(found.map((one) => [one.name, Buffer.from(one.secret.reveal()).toString()])).toEqual(
      wanted.map(([line, secret]) => [`${name}:${line}`, secret]),
    );
  });

  it.each([
    ['is empty', '\n'],
    ['is no hex', '0xyz'],
    ['is a word list', 'a\n'.repeat(1001)],
  ])('refuses one that %s', async (_, text) => {
    const name = file(text);
    await expect(readSharedSecrets([name])).rejects.toThrow(UsageError);
  });

  it('is nothing without a file', async () => expect(await readSharedSecrets([])).toEqual([]));
});
