import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IpsecConfProduct } from '../../../src/config/ipsec-conf/document.js';
import { readIpsecSecrets } from '../../../src/config/ipsec-secrets/read-secrets.js';
import { memoryFiles } from '../memory-files.js';

const FILE = '/etc/ipsec.secrets';

function read(text: string, product: IpsecConfProduct = 'libreswan', others: Readonly<Record<string, string>> = {}) {
  return readIpsecSecrets({ file: FILE, text }, product, memoryFiles(others));
}

/** `line kind selectors = secret`, and the codes of the remarks. */
async function summary(text: string, product: IpsecConfProduct) {
  const { entries, remarks } = await read(text, product);
  return [
    ...entries.map(({ line, kind, selectors, secret, keyFile }) => {
      const shown = secret === undefined ? '-' : Buffer.from(secret.reveal()).toString('latin1');
      return `${line} ${kind} [${selectors.map(({ value }) => value).join(' ')}] ${keyFile?.value ?? shown}`;
    }),
    ...remarks.map(({ line, severity, code }) => `!${line} ${severity} ${code}`),
  ];
}

describe('readIpsecSecrets', () => {
  it.each([
    ['192.0.2.1 198.51.100.1 : PSK "a b#c d"', 'libreswan', ['1 psk [192.0.2.1 198.51.100.1] a b#c d']],
    ['192.0.2.1 %any: PSK "abcdefgh" # for all', 'libreswan', ['1 psk [192.0.2.1 %any] abcdefgh']],
    ['@a\n\t@b # x\n\t: psk\n\t0x616263', 'libreswan', ['1 psk [@a @b] abc']],
    [': PSK 0sYWJj', 'libreswan', ['1 psk [] abc']],
    [": PSK 'abcdefgh'", 'libreswan', ['1 psk [] abcdefgh']],
    [': PSK 0tabc', 'libreswan', ['1 psk [] abc']],
    ['@user : XAUTH "pass word"', 'libreswan', ['1 xauth [@user] pass word']],
    ['@a : PPKS "id1" "post quantum"', 'libreswan', ['1 ppk [@a] post quantum']],
    [': RSA {\n\tModulus: 0x1\n\t}\n@b : PSK "abcdefgh"', 'libreswan', ['1 private-key [] { Modulus : 0x1 }', '4 psk [@b] abcdefgh']],
    [': PSK abcdefgh', 'libreswan', ['1 psk [] -', '!1 error malformed-secret']],
    [': PSK "abc', 'libreswan', ['1 psk [] -', '!1 error quoting']],
    [': PSK “abcdefgh”', 'strongswan', ['1 psk [] “abcdefgh”'.normalize(), '!1 error quoting']],
    ['192.0.2.1 PSK "abcdefgh"', 'libreswan', ['!1 error syntax']],
    ['@a : FOO "abcdefgh"\n@b : PSK "abcdefgh"', 'libreswan', ['1 unknown [@a] -', '2 psk [@b] abcdefgh', '!1 error unknown-kind']],
    ['\t@a : PSK "abcdefgh"', 'libreswan', ['!1 error indentation']],
    ['@a : PSK 0x61626', 'libreswan', ['1 psk [@a] \x06\x16\x26', '!1 error malformed-secret']],
    ['@a : PSK 0s???', 'libreswan', ['1 psk [@a] -', '!1 error malformed-secret']],
    ['@a : PSK "0x6162636465666768"', 'libreswan', ['1 psk [@a] 0x6162636465666768', '!1 warning quoted-encoding']],
    ['@a : PSK "abcdefgh "', 'libreswan', ['1 psk [@a] abcdefgh ', '!1 warning blank-in-secret']],
    ['@a : PSK "abcdefgh"\r\n', 'libreswan', ['1 psk [@a] abcdefgh', '!1 info crlf']],
    ['@a : PSK abc def', 'strongswan', ['1 psk [@a] abc', '!1 error quoting']],
    ['@a : PSK abc#def', 'strongswan', ['1 psk [@a] abc#def']],
    ['@a : PSK "abc" # x', 'strongswan', ['1 psk [@a] abc']],
    ['carol : EAP "abcdefgh"', 'strongswan', ['1 eap [carol] abcdefgh']],
    [': RSA moonKey.pem "phrase"\n: P12 c.p12 %prompt', 'strongswan', ['1 private-key [] moonKey.pem', '2 pkcs12 [] c.p12']],
    [': PIN %smartcard1:50 1234', 'strongswan', ['1 pin [] %smartcard1:50']],
    ['@a: PSK "abcdefgh"\n@b : PSK "12345678"', 'strongswan', ['1 psk [@a] abcdefgh', '2 psk [@b] 12345678', '!1 error syntax']],
    ['@a : psk "abcdefgh"\n@b : PSK "12345678"', 'strongswan', ['1 unknown [@a] -', '!1 error unknown-kind', '!1 error rest-ignored']],
    ['@a "abcdefgh"\n@b : PSK "12345678"', 'strongswan', ['!1 error syntax', '!1 error rest-ignored']],
  ] as const)('%j of %s', async (text, product, expected) => {
    // The typographic marks are two or three bytes each: compared as bytes.
    const wanted = expected.map((line) => (/[“”]/.test(line) ? Buffer.from(line, 'utf8').toString('latin1') : line));
    expect(await summary(text, product)).toEqual(wanted);
  });

  it('reads includes beside the including file, with their place', async () => {
    const { entries, files } = await read('include ipsec.d/*.secrets\n', 'libreswan', {
      '/etc/ipsec.d/a.secrets': '\n@a : PSK "abcdefgh"',
    });
    expect(files).toEqual([FILE, '/etc/ipsec.d/a.secrets']);
    expect(entries).toMatchObject([{ file: '/etc/ipsec.d/a.secrets', line: 2 }]);
    expect((await read('include none.secrets')).remarks).toMatchObject([{ line: 1, code: 'missing-include' }]);
    expect((await read(`include ${FILE}`, 'libreswan', { [FILE]: `include ${FILE}` })).remarks.at(-1)?.code).toBe('include-depth');
  });

  it('never shows a secret', async () => {
    const hidden = 'Tr0ub4dor';
    const faults = [
      `PSK "${hidden}"`,
      `@a : "${hidden}"`,
      `@a : PSK "${hidden}`,
      `@a : PSK ${hidden} x`,
      `@a : ${hidden}`,
      `: RSA { ${hidden}`,
      `@a : PSK 0x${hidden}`,
    ];
    for (const product of ['libreswan', 'strongswan', 'openswan'] as const)
      for (const fault of faults) expect(JSON.stringify(await read(fault, product)), `${fault} of ${product}`).not.toContain(hidden);
  });

  it('takes any text', async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('@a ', ': ', 'PSK ', '"', "'", '\n', '\t', '0x', '0s', '#', 'RSA { ', 'include '),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom('openswan', 'libreswan', 'strongswan'),
        async (pieces, product) => (await read(pieces.join(''), product)).remarks.every(({ line }) => line >= 1),
      ),
      { numRuns: 500 },
    );
  });
});
