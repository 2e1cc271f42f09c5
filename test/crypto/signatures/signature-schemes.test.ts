import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { signatureSchemeByName, signatureSchemeOf, signatureSchemes } from '../../../src/crypto/signatures/signature-schemes.js';
import { verifySignature } from '../../../src/crypto/signatures/verify-signature.js';
import { AUTH_METHODS, HASH_ALGORITHMS } from '../../../src/wire/ike/tables/authentication.js';
import { SIGNATURE_ALGORITHMS } from '../../../src/wire/ike/tables/signature-algorithms.js';
import { hasOpenssl, openssl } from '../../support/openssl.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const pairs: Readonly<Record<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  dsa: generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'secp521r1' }),
  brainpool: generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }),
  ed25519: generateKeyPairSync('ed25519'),
  ed448: generateKeyPairSync('ed448'),
};
const data = Buffer.from('RealMessage1 | NonceRData | MACedIDForI');
const names = SIGNATURE_ALGORITHMS;

/** Which keys a scheme takes, by its name. */
function keysOf(name: string): readonly string[] {
  if (name.startsWith('RSA')) return ['rsa'];
  if (/^D?S[AS]|^DSS/.test(name)) return ['dsa'];
  if (name === 'Ed25519' || name === 'Ed448') return [name.toLowerCase()];
  const curve = /P-(\d+)/.exec(name)?.[1];
  return curve === undefined ? ['p256', 'p384', 'p521', 'brainpool'] : [`p${curve}`];
}

describe('every signature', () => {
  it('bears the names of the tables of the wire', () => {
    for (const { name, method, algorithm, hash } of signatureSchemes) {
      expect(method === 14 ? names[toHex(algorithm ?? new Uint8Array(0))] : (AUTH_METHODS as Record<number, string>)[method]).toBe(name);
      expect((HASH_ALGORITHMS as Record<number, string>)[hash.number]).toBe(hash.name);
    }
    // Every AlgorithmIdentifier that the sniffer names can be checked.
    for (const [hex, name] of Object.entries(names)) expect(signatureSchemeOf(14, Buffer.from(hex, 'hex'))?.name).toBe(name);
    expect(signatureSchemeOf(2)).toBeUndefined();
    expect(signatureSchemeOf(14)).toBeUndefined();
    expect(signatureSchemeByName('RSA')).toBeUndefined();
  });

  for (const scheme of signatureSchemes) {
    describe(scheme.name, () => {
      const fitting = keysOf(scheme.name);

      it('takes its kind of key and says why not another', () => {
        for (const [name, { publicKey, privateKey }] of Object.entries(pairs)) {
          expect([name, scheme.misfit(publicKey) === undefined]).toEqual([name, fitting.includes(name)]);
          expect(scheme.misfit(privateKey)).toBe(scheme.misfit(publicKey));
        }
      });

      for (const name of fitting) {
        const { publicKey, privateKey } = pairs[name] as (typeof pairs)[string];
        it(`signs and checks with ${name}`, () => {
          const signature = scheme.sign(privateKey, data);
          const claim = { method: scheme.method, ...(scheme.algorithm !== undefined && { algorithm: scheme.algorithm }) };
          expect(verifySignature(publicKey, data, { ...claim, signature })).toMatchObject({ ok: true, scheme: { name: scheme.name } });
          const other = Buffer.from(data);
          other[3] = 0;
          expect(verifySignature(publicKey, other, { ...claim, signature })).toMatchObject({ ok: false, code: 'wrong-signature' });
          // Cut at every length, longer, empty, or with a bit turned: wrong, never an exception.
          for (let cut = 0; cut < signature.length; cut += 7)
            expect(scheme.verify(publicKey, data, signature.subarray(0, cut))).toBe(false);
          expect(scheme.verify(publicKey, data, Buffer.concat([signature, Buffer.of(0)]))).toBe(false);
          for (let at = 0; at < signature.length; at += 11) {
            const turned = Buffer.from(signature);
            turned[at] = (turned[at] as number) ^ 0x10;
            expect(scheme.verify(publicKey, data, turned)).toBe(false);
          }
          for (const byte of [0, 0xff]) expect(scheme.verify(publicKey, data, Buffer.alloc(signature.length, byte))).toBe(false);
        });
      }
    });
  }
});

describe('forms of the wire', () => {
  it('methods 9 to 11 send r and s one behind the other (RFC 4754 §7)', () => {
    for (const [method, key, length] of [
      [9, 'p256', 64],
      [10, 'p384', 96],
      [11, 'p521', 132],
    ] as const) {
      expect(signatureSchemeOf(method)?.sign(pairs[key]?.privateKey as KeyObject, data).length).toBe(length);
    }
  });

  it('method 1 takes a signature with a better hash too (RFC 7296 §3.8)', () => {
    const { publicKey, privateKey } = pairs['rsa'] as (typeof pairs)[string];
    for (const name of ['RSA with SHA-1', 'RSA with SHA2-256', 'RSA with SHA2-384', 'RSA with SHA2-512']) {
      const signature = signatureSchemeByName(name)?.sign(privateKey, data) as Uint8Array;
      expect(verifySignature(publicKey, data, { method: 1, signature }).ok).toBe(true);
    }
  });

  it('PSS does not pass for PKCS #1, nor one hash for another', () => {
    const { publicKey, privateKey } = pairs['rsa'] as (typeof pairs)[string];
    const signature = signatureSchemeByName('RSASSA-PSS with SHA2-256')?.sign(privateKey, data) as Uint8Array;
    for (const name of ['RSA with SHA2-256', 'RSASSA-PSS with SHA2-384', 'RSASSA-PSS with SHA-1']) {
      expect(signatureSchemeByName(name)?.verify(publicKey, data, signature)).toBe(false);
    }
  });
});

describe('keys that a scheme refuses', () => {
  it('says what the signature is and what the key is', () => {
    const { publicKey } = pairs['p256'] as (typeof pairs)[string];
    expect(verifySignature(publicKey, data, { method: 1, signature: data })).toMatchObject({
      code: 'key-misfit',
      reason: 'RSA Digital Signature needs an RSA key, this is an ECDSA key on P-256',
    });
    expect(verifySignature(publicKey, data, { method: 10, signature: data })).toMatchObject({
      reason: 'ECDSA with SHA-384 on the P-384 curve needs an ECDSA key on P-384, this is an ECDSA key on P-256',
    });
    expect(
      verifySignature(publicKey, data, { method: 14, algorithm: Buffer.from('300506032b6570', 'hex'), signature: data }),
    ).toMatchObject({
      reason: 'Ed25519 needs a key of its own kind, this is an ECDSA key on P-256',
    });
    expect(verifySignature(publicKey, data, { method: 2, signature: data })).toMatchObject({
      code: 'unknown-algorithm',
      reason: 'authentication method 2 is no signature that we can check',
    });
    expect(verifySignature(publicKey, data, { method: 14, algorithm: Buffer.from('3000', 'hex'), signature: data })).toMatchObject({
      code: 'unknown-algorithm',
      reason: 'the AlgorithmIdentifier 0x3000 is no signature that we can check',
    });
  });

  it('PSS: modulus too short, or a key bound to another hash', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(signatureSchemeByName('RSASSA-PSS with SHA2-512')?.misfit(short.publicKey)).toBe(
      'RSASSA-PSS with SHA2-512 needs a modulus of 1034 bits, this is an RSA key of 1024 bits',
    );
    expect(signatureSchemeByName('RSASSA-PSS with SHA2-384')?.misfit(short.publicKey)).toBeUndefined();
    const bound = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha256',
    });
    expect(signatureSchemeByName('RSASSA-PSS with SHA2-512')?.misfit(bound.publicKey)).toBe(
      'the key may sign with sha256 only, not RSASSA-PSS with SHA2-512',
    );
    const pss = signatureSchemeByName('RSASSA-PSS with SHA2-256');
    expect(pss?.misfit(bound.publicKey)).toBeUndefined();
    expect(pss?.verify(bound.publicKey, data, pss.sign(bound.privateKey, data))).toBe(true);
    expect(signatureSchemeByName('RSA with SHA2-256')?.misfit(bound.publicKey)).toContain('for PSS only');
  });
});

/** OpenSSL's command line as the second opinion: arguments of `openssl pkeyutl` by scheme. */
const OPENSSL: Readonly<Record<string, readonly string[]>> = {
  'RSA Digital Signature': ['-rawin', '-digest', 'sha1'],
  'RSA with SHA2-256': ['-rawin', '-digest', 'sha256'],
  'RSA with SHA2-512': ['-rawin', '-digest', 'sha512'],
  'RSASSA-PSS with SHA2-256': ['-rawin', '-digest', 'sha256', '-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:digest'],
  'RSASSA-PSS with SHA2-384': ['-rawin', '-digest', 'sha384', '-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:digest'],
  'ECDSA with SHA2-256': ['-rawin', '-digest', 'sha256'],
  'ECDSA with SHA2-384': ['-rawin', '-digest', 'sha384'],
  'DSA with SHA2-256': ['-rawin', '-digest', 'sha256'],
  Ed25519: ['-rawin'],
  Ed448: ['-rawin'],
};

describe.skipIf(!hasOpenssl())('signatures against the openssl command', () => {
  const path = temporaryFolder();

  for (const [name, flags] of Object.entries(OPENSSL)) {
    it(name, () => {
      const scheme = signatureSchemeByName(name);
      const { publicKey, privateKey } = pairs[keysOf(name)[0] as string] as (typeof pairs)[string];
      const file = (suffix: string, content: string | Uint8Array): string => {
        const to = path(`${name.replaceAll(' ', '-')}.${suffix}`);
        writeFileSync(to, content);
        return to;
      };
      const keyFile = file('key', privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const dataFile = file('data', data);
      const ours = scheme?.sign(privateKey, data) as Uint8Array;
      const said = openssl('pkeyutl', '-verify', '-inkey', keyFile, '-in', dataFile, '-sigfile', file('sig', ours), ...flags);
      expect(said.toString()).toContain('Signature Verified Successfully');
      const theirs = openssl('pkeyutl', '-sign', '-inkey', keyFile, '-in', dataFile, ...flags);
      expect(scheme?.verify(publicKey, data, theirs)).toBe(true);
    });
  }
});
