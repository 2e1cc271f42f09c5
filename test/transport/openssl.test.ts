import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Cipher } from '../../src/crypto/cipher.js';
import { cipherByName } from '../../src/crypto/ciphers.js';
import { openvpnCipher } from '../../src/keymat/openvpn-algorithms.js';
import { prepareKept } from '../../src/transport/openssl.js';
import { seeded } from '../support/seeded.js';

const random = seeded(9);
const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
/** Not at the beginning of its memory, as packets are. */
const within = (value: Uint8Array) => Buffer.concat([bytes(5), value, bytes(5)]).subarray(5, 5 + value.length);
const named = (name: string) => (cipherByName(name) ?? openvpnCipher(name)?.cipher) as Cipher;
/** As long as it is handed in: for implicit ones too. */
const ivFor = ({ implicitIv, ivLength }: Cipher) => bytes(implicitIv ? 8 : ivLength);

/** Packets after which a context of its own is in use, if there can be one. */
const OFTEN = 256;

const rows: readonly [name: string, keyLength: number][] = [
  ['ENCR_AES_GCM_8', 16],
  ['ENCR_AES_GCM_12', 24],
  ['ENCR_AES_GCM_16', 32],
  ['ENCR_AES_GCM_16_IIV', 16],
  ['ENCR_CHACHA20_POLY1305', 32],
  ['ENCR_CHACHA20_POLY1305_IIV', 32],
  // OpenVPN's: the IV is the whole nonce.
  ['AES-128-GCM', 16],
  ['AES-256-GCM', 32],
  ['CHACHA20-POLY1305', 32],
];

function make(name: string, keyLength: number) {
  const cipher = named(name);
  const [key, salt] = [bytes(keyLength), bytes(cipher.saltLength)];
  const sealing = prepareKept(cipher, key, salt);
  const opening = prepareKept(cipher, key, salt);
  for (let n = 0; n < OFTEN; n++) {
    const { ciphertext, icv } = sealing.encrypt(ivFor(cipher), bytes(20), bytes(8));
    opening.decrypt(ivFor(cipher), ciphertext, bytes(8), icv);
  }
  return { sealing, opening, usual: cipher.prepare(key, salt) };
}

describe('keys that are used often', () => {
  it.each(rows)('%s: the same as node:crypto, for every length, both ways', (name, keyLength) => {
    const { sealing, opening, usual } = make(name, keyLength);
    for (const length of [0, 1, 15, 16, 17, 64, 255, 1400, 65_000]) {
      for (const aadLength of [0, 8, 12]) {
        const [iv, plaintext, aad] = [within(ivFor(named(name))), within(bytes(length)), within(bytes(aadLength))];
        const sealed = sealing.encrypt(iv, plaintext, aad);
        const expected = usual.encrypt(iv, plaintext, aad);
        expect(Buffer.compare(sealed.ciphertext, expected.ciphertext)).toBe(0);
        expect(Buffer.compare(sealed.icv, expected.icv)).toBe(0);
        const opened = opening.decrypt(iv, within(sealed.ciphertext), aad, within(sealed.icv));
        expect([Buffer.compare(opened.plaintext, plaintext), opened.authentic]).toEqual([0, true]);
      }
    }
  });

  it.each(rows)('%s: what was changed is shown and not authentic, and what follows is right again', (name, keyLength) => {
    const { sealing, opening } = make(name, keyLength);
    const [iv, plaintext, aad] = [ivFor(named(name)), bytes(100), bytes(8)];
    const { ciphertext, icv } = sealing.encrypt(iv, plaintext, aad);
    for (const [changedAad, changedIcv] of [
      [aad.map((byte) => byte ^ 1), icv],
      [aad, icv.map((byte) => byte ^ 1)],
      [aad, icv.subarray(0, icv.length - 4)],
      [aad, new Uint8Array(0)],
    ] as const) {
      const opened = opening.decrypt(iv, ciphertext, changedAad, changedIcv);
      expect([Buffer.compare(opened.plaintext, plaintext), opened.authentic]).toEqual([0, false]);
    }
    expect(opening.decrypt(iv, ciphertext, aad, icv).authentic).toBe(true);
    // Errors of OpenSSL that were left behind would come up here.
    expect(() => createCipheriv('aes-128-cbc', bytes(16), bytes(16)).final()).not.toThrow();
  });

  it('take over without a seam, and are of use after they were released', () => {
    const cipher = named('ENCR_AES_GCM_16');
    const [key, salt] = [bytes(16), bytes(4)];
    const [sealing, opening] = [prepareKept(cipher, key, salt), prepareKept(cipher, key, salt)];
    for (let n = 0; n < 3 * OFTEN; n++) {
      if (n === 2 * OFTEN) for (const one of [sealing, opening]) one.release?.();
      const [iv, plaintext, aad] = [bytes(8), bytes(50), bytes(8)];
      const { ciphertext, icv } = sealing.encrypt(iv, plaintext, aad);
      const fresh = cipher.prepare(key, salt).decrypt(iv, ciphertext, aad, icv);
      expect([fresh.authentic, Buffer.compare(fresh.plaintext, plaintext)], `packet ${n}`).toEqual([true, 0]);
      expect(opening.decrypt(iv, ciphertext, aad, icv).authentic).toBe(true);
    }
    for (const one of [sealing, opening]) one.release?.();
  });

  it('other ciphers stay as they are', () => {
    const cipher = named('ENCR_AES_CBC');
    expect(prepareKept(cipher, bytes(16), new Uint8Array(0)).release).toBeUndefined();
  });
});
