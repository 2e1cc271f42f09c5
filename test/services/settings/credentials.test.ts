import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { makeSelfSigned } from '../../../src/crypto/certificates/self-signed.js';
import {
  readCertificates,
  readOwnKey,
  readPeerKeys,
  readRevocationLists,
  readSharedSecret,
  secretLine,
} from '../../../src/services/settings/credentials.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

/** A file of these bytes, by its path. */
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

const { certificate, key } = makeSelfSigned({ name: 'me', usage: 'clientAuth', days: 90 }, randomBytes, Date.now());
const other = makeSelfSigned({ name: 'other', usage: 'clientAuth', days: 90 }, randomBytes, Date.now());
const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('the pre-shared key', () => {
  it('is asked for on a terminal', async () => {
    const secret = await readSharedSecret(
      tunnelFlagsOf(['--psk-prompt']),
      async () => '0x414243',
      () => {},
    );
    expect(Buffer.from(secret?.reveal() ?? []).toString()).toBe('ABC');
    await expect(readSharedSecret(tunnelFlagsOf(['--psk-prompt']), undefined, () => {})).rejects.toThrow('not a terminal');
  });

  it('is that of the files where no flag gives one', async () => {
    const psk = new Secret(Buffer.from('held'));
    expect(await readSharedSecret({ ...tunnelFlagsOf([]), held: { psk } }, undefined, () => {})).toBe(psk);
  });
});

describe('our own key', () => {
  it('finds its certificate among those given, which comes first', () => {
    const flags = tunnelFlagsOf([
      '--cert',
      file('ca.pem', other.certificate.toString()),
      '--cert',
      file('me.pem', certificate.toString()),
      '--key',
      file('me.key', pem),
    ]);
    expect(readOwnKey(flags)?.certificates.map(({ subject }) => subject)).toEqual(['CN=me', 'CN=other']);
    expect(readOwnKey(tunnelFlagsOf([]))).toBeUndefined();
    expect(readOwnKey(tunnelFlagsOf(['--key', at('me.key')]))?.certificates).toEqual([]);
  });

  it.each<[string, () => readonly string[], RegExp]>([
    [
      'of another certificate',
      () => ['--cert', file('o.pem', other.certificate.toString()), '--key', file('k', pem)],
      /is not the key of CN=other/,
    ],
    [
      'for key exchange',
      () => ['--key', file('x', generateKeyPairSync('x448').privateKey.export({ type: 'pkcs8', format: 'pem' }))],
      /of x448, which signs nothing/,
    ],
    ['itself, in place of its file,', () => ['--key', pem], /^--key takes the name of a file, not what is in it$/],
    ['too large', () => ['--key', file('large', Buffer.alloc((1 << 20) + 1))], /larger than a file of keys/],
  ])('%s is refused', (_, args, message) => expect(() => readOwnKey(tunnelFlagsOf(args()))).toThrow(message));
});

describe('what we know the peer by', () => {
  it('certificates in PEM and DER', () => {
    const [text, der] = [file('a.pem', `${certificate}${other.certificate}`), file('a.der', certificate.raw)];
    expect(readCertificates([text, der], '--ca').map(({ subject }) => subject)).toEqual(['CN=me', 'CN=other', 'CN=me']);
  });

  it('public keys', () => {
    const text = certificate.publicKey.export({ type: 'spki', format: 'pem' });
    expect(readPeerKeys([file('peer.pub', text as string)])[0]?.type).toBe('public');
  });

  it('revocation lists in PEM and DER', () => {
    const list = Uint8Array.of(0x30, 0x00);
    const text = `-----BEGIN X509 CRL-----\n${Buffer.from(list).toString('base64')}\n-----END X509 CRL-----\n`;
    expect(readRevocationLists([file('a.crl', text), file('b.crl', list)])).toEqual([list, list]);
    expect(() => readRevocationLists([file('c.crl', 'none')])).toThrow('holds no revocation list');
  });
});

describe('the line of a secret', () => {
  it('is alone in its file', () => {
    expect(secretLine(file('one', 'word \n\n'), '--psk-file')).toBe('word ');
    for (const text of ['one\ntwo\n', '@a @b : PSK "x"\n'])
      expect(() => secretLine(file('more', text), '--psk-file')).toThrow('more than one line');
    expect(() => secretLine(file('none', ''), '--psk-file')).toThrow(expect.objectContaining({ hint: expect.any(String) }));
  });
});
