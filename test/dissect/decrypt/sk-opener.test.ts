import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { SkOpener } from '../../../src/dissect/decrypt/sk-opener.js';
import { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { filled, makeEspKeys } from './make-esp.js';
import { chain, NOTIFY, sealSk } from './make-sk.js';

const sha1 = integrityByName('AUTH_HMAC_SHA1_96');
const cbc = cipherByName('ENCR_AES_CBC');
if (sha1 === undefined || cbc === undefined) throw new TypeError('no algorithms');

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
