import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { Secret } from '../../../src/bytes/secret.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { cipherByName, ciphers } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { decryptSk, prepareSk } from '../../../src/dissect/decrypt/ikev2.js';
import { SkOpener } from '../../../src/dissect/decrypt/sk-opener.js';
import { type DirectionKeys, KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { filled, makeEspKeys } from './make-esp.js';

const SK = 46;
const SKF = 53;
/** N(INITIAL_CONTACT), the only payload of the chain. */
const chain = Uint8Array.of(0, 0, 0, 8, 0, 0, 0x40, 0x00);
const NOTIFY = 41;

/** A message with one encrypted payload, as RFC 7296 §3.14 and RFC 7383 §2.5 lay it out. */
function sealSk(keys: DirectionKeys, inner: Uint8Array, first: number, fragment?: readonly [number, number]): Uint8Array {
  const { cipher, integrity } = keys;
  const pad = (cipher.blockSize - ((inner.length + 1) % cipher.blockSize)) % cipher.blockSize;
  const plaintext = Buffer.concat([inner, filled(pad, 200), Uint8Array.of(pad)]);
  const icvLength = cipher.icvLength > 0 ? cipher.icvLength : integrity.icvLength;
  const bodyLength = 4 + (fragment === undefined ? 0 : 4) + cipher.ivLength + plaintext.length + icvLength;
  const writer = new ByteWriter();
  writer
    .bytes(filled(8, 1))
    .bytes(filled(8, 2))
    .u8(fragment === undefined ? SK : SKF)
    .u8(0x20)
    .u8(35)
    .u8(0x08)
    .u32(1)
    .u32(28 + bodyLength);
  writer.u8(first).u8(0).u16(bodyLength);
  if (fragment !== undefined) writer.u16(fragment[0]).u16(fragment[1]);
  const aad = writer.finish();
  const iv = filled(cipher.ivLength, 7);
  const sealed = cipher.prepare(keys.key.reveal(), keys.salt.reveal()).encrypt(iv, plaintext, aad);
  const body = Buffer.concat([aad, iv, sealed.ciphertext, sealed.icv]);
  const icv =
    cipher.icvLength > 0
      ? new Uint8Array(0)
      : integrity.prepare(keys.integrityKey.reveal(), new Uint8Array(0)).compute([body], new Uint8Array(0));
  return new Uint8Array(Buffer.concat([body, icv]));
}

const sha1 = integrityByName('AUTH_HMAC_SHA1_96');
const cbc = cipherByName('ENCR_AES_CBC');
if (sha1 === undefined || cbc === undefined) throw new TypeError('no algorithms');

describe('the SK payload with every cipher', () => {
  for (const cipher of ciphers.filter((candidate) => !candidate.implicitIv)) {
    it(cipher.name, () => {
      const keys = makeEspKeys(cipher, sha1);
      const message = sealSk(keys, chain, NOTIFY);
      const plain = decryptSk(prepareSk(keys), message, 28, 'SK');
      expect(plain).toMatchObject({ firstPayload: NOTIFY, icv: 'good', paddingOk: true, plausible: true });
      expect(Buffer.from(plain.inner)).toEqual(Buffer.from(chain));
      // Everything before the ICV counts, the header too.
      for (const at of [0, 15, 20, 28, 31, 33, message.length - 1]) {
        const changed = message.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        let icv = 'bad';
        try {
          icv = decryptSk(prepareSk(keys), changed, 28, 'SK').icv;
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
        expect(icv, `byte ${at}`).toBe('bad');
      }
    });
  }
});

describe('fragments (RFC 7383)', () => {
  it('are covered with their numbers, and hold pieces of a chain', () => {
    const keys = makeEspKeys(cbc, sha1);
    const whole = filled(100, 5);
    const second = sealSk(keys, whole.subarray(40, 80), 0, [2, 3]);
    const plain = decryptSk(prepareSk(keys), second, 28, 'SKF');
    expect(plain).toMatchObject({ firstPayload: 0, fragment: { number: 2, total: 3 }, icv: 'good', plausible: true });
    expect(Buffer.from(plain.inner)).toEqual(Buffer.from(whole.subarray(40, 80)));
    second[33] = 1;
    expect(decryptSk(prepareSk(keys), second, 28, 'SKF')).toMatchObject({ fragment: { number: 1 }, icv: 'bad', plausible: false });
  });
});

describe('a wrong key', () => {
  const keys = makeEspKeys(cbc, sha1);
  const message = sealSk(keys, chain, NOTIFY);
  const wrongKey = { ...keys, key: new Secret(filled(16, 99)) };

  it('for the cipher alone: the ICV is good and the rest is not believed blindly', () => {
    expect(decryptSk(prepareSk(wrongKey), message, 28, 'SK').icv).toBe('good');
  });
  it('for both: bad, and no chain of payloads', () => {
    expect(decryptSk(prepareSk({ ...wrongKey, integrityKey: new Secret(filled(20, 1)) }), message, 28, 'SK')).toMatchObject({
      icv: 'bad',
      plausible: false,
    });
  });
  it('for integrity alone: bad, but the text is right', () => {
    expect(decryptSk(prepareSk({ ...keys, integrityKey: new Secret(filled(20, 1)) }), message, 28, 'SK')).toMatchObject({
      icv: 'bad',
      plausible: true,
    });
  });
});

describe('keys of a ring', () => {
  const keys = makeEspKeys(cbc, sha1);
  const message = sealSk(keys, chain, NOTIFY);
  const spiI = Buffer.from(filled(8, 1)).toString('hex');
  const spiR = Buffer.from(filled(8, 2)).toString('hex');

  it('by SPIs and direction', () => {
    const ring = new KeyRing();
    ring.ikev2.push({ ...keys, spiI, spiR, fromInitiator: true });
    expect(new SkOpener(ring).open(message, 28, 'SK')?.icv).toBe('good');
    const answer = message.slice();
    answer[19] = 0x20;
    expect(new SkOpener(ring).open(answer, 28, 'SK')).toBeUndefined();
  });

  it('without SPIs: tried, and silent when it does not fit', () => {
    const ring = new KeyRing();
    ring.ikev2.push({ ...makeEspKeys(cbc, sha1, 50), fromInitiator: true });
    expect(new SkOpener(ring).open(message, 28, 'SK')).toBeUndefined();
    ring.ikev2.push({ ...keys, fromInitiator: true });
    expect(new SkOpener(ring).open(message, 28, 'SK')?.icv).toBe('good');
  });

  it('cut, tampered or random: a verdict or a DecodeError', () => {
    const ring = new KeyRing();
    ring.ikev2.push({ ...keys, spiI, spiR, fromInitiator: true });
    const opener = new SkOpener(ring);
    const run = (bytes: Uint8Array): void => {
      try {
        opener.open(bytes, 28, 'SK');
        opener.open(bytes, 28, 'SKF');
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
    };
    for (let cut = 0; cut < message.length; cut++) run(message.subarray(0, cut));
    for (let at = 0; at < message.length; at++)
      for (const value of [0, 255]) run(Uint8Array.from(message, (byte, i) => (i === at ? value : byte)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 90 }), (tail) => run(new Uint8Array(Buffer.concat([message.subarray(0, 28), tail])))));
  });
});
