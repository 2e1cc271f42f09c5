import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KeyExchange } from '../../../src/crypto/key-exchange/key-exchange.js';
import { keyExchangeByName, keyExchanges } from '../../../src/crypto/key-exchange/key-exchanges.js';
import { hasOpenssl, openssl } from '../../support/openssl.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Options of `openssl genpkey` by method. It does not know MODP_768 and MODP_1024 by name, nor ML-KEM before 3.5. */
const dh = (group: string) => ['-algorithm', 'DH', '-pkeyopt', `group:${group}`];
const dhx = (group: string) => ['-algorithm', 'DHX', '-pkeyopt', `group:${group}`];
const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const OPENSSL: Readonly<Record<string, readonly string[]>> = {
  MODP_1536: dh('modp_1536'),
  MODP_2048: dh('modp_2048'),
  MODP_3072: dh('modp_3072'),
  MODP_4096: dh('modp_4096'),
  MODP_6144: dh('modp_6144'),
  MODP_8192: dh('modp_8192'),
  MODP_1024_160: dhx('dh_1024_160'),
  MODP_2048_224: dhx('dh_2048_224'),
  MODP_2048_256: dhx('dh_2048_256'),
  ECP_192: ec('prime192v1'),
  ECP_224: ec('secp224r1'),
  ECP_256: ec('prime256v1'),
  ECP_384: ec('secp384r1'),
  ECP_521: ec('secp521r1'),
  ECP_224_BP: ec('brainpoolP224r1'),
  ECP_256_BP: ec('brainpoolP256r1'),
  ECP_384_BP: ec('brainpoolP384r1'),
  ECP_512_BP: ec('brainpoolP512r1'),
  CURVE25519: ['-algorithm', 'X25519'],
  CURVE448: ['-algorithm', 'X448'],
};

/** One element of DER. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

/** Bytes of the element at `at`, its header included. */
function elementAt(bytes: Uint8Array, at: number): Buffer {
  const first = bytes[at + 1] as number;
  const count = first < 0x80 ? 0 : first & 0x7f;
  let length = count === 0 ? first : 0;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[at + 2 + i] as number);
  return Buffer.from(bytes.subarray(at, at + 2 + count + length));
}

const headerLength = (bytes: Uint8Array): number => ((bytes[1] as number) < 0x80 ? 2 : 2 + ((bytes[1] as number) & 0x7f));

/** A SubjectPublicKeyInfo like that of OpenSSL's key, with our public value in it. */
function withValue(of: KeyExchange, spki: Uint8Array, value: Uint8Array): Buffer {
  const algorithm = elementAt(spki, headerLength(spki));
  if (of.name.startsWith('MODP')) {
    const first = value.findIndex((byte) => byte !== 0);
    const trimmed = value.subarray(first);
    const integer = der(2, (trimmed[0] as number) < 0x80 ? trimmed : Buffer.concat([Buffer.of(0), trimmed]));
    return der(0x30, algorithm, der(3, Buffer.of(0), integer));
  }
  return der(0x30, algorithm, der(3, Buffer.of(0), of.name.startsWith('ECP') ? Buffer.concat([Buffer.of(4), value]) : value));
}

/** OpenSSL's public value as IKE sends it. */
function publicOf(of: KeyExchange, spki: Uint8Array): Uint8Array {
  const length = of.publicLength.initiator;
  const out = new Uint8Array(length);
  const algorithm = elementAt(spki, headerLength(spki));
  const bits = elementAt(spki, headerLength(spki) + algorithm.length);
  let body = bits.subarray(headerLength(bits) + 1);
  if (of.name.startsWith('MODP')) body = body.subarray(headerLength(body));
  const value = body.subarray(Math.max(0, body.length - length));
  out.set(value, length - value.length);
  return out;
}

describe.skipIf(!hasOpenssl())('key exchange with the openssl command', () => {
  const path = temporaryFolder();

  it('is tried with every method that the command has', () => {
    const without = ['MODP_768', 'MODP_1024', 'ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'];
    expect(keyExchanges.map(({ name }) => name).filter((name) => OPENSSL[name] === undefined)).toEqual(without);
  });

  for (const [name, options] of Object.entries(OPENSSL)) {
    it(name, () => {
      const of = keyExchangeByName(name) as KeyExchange;
      const [key, ours, shared] = [path(`${name}.key`), path(`${name}.ours`), path(`${name}.shared`)];
      openssl('genpkey', ...options, '-out', key);
      const spki = openssl('pkey', '-in', key, '-pubout', '-outform', 'DER');
      const answer = of.respond(randomBytes, publicOf(of, spki));
      writeFileSync(ours, withValue(of, spki, answer.publicValue));
      openssl('pkeyutl', '-derive', '-inkey', key, '-peerkey', ours, '-peerform', 'DER', '-out', shared);
      const theirs = readFileSync(shared);
      // For MODP the command leaves zeros in front away; IKE does not.
      const padded = Buffer.alloc(answer.shared.length);
      padded.set(theirs, padded.length - theirs.length);
      expect(padded.equals(answer.shared)).toBe(true);
    });
  }
});
