import { describe, expect, it } from 'vitest';
import { DecodeError, UsageError } from '../../../src/bytes/errors.js';
import { Secret } from '../../../src/bytes/secret.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import { hashByName } from '../../../src/crypto/hash.js';
import { prfOfHash } from '../../../src/crypto/prf.js';
import { Ikev1Decryptor } from '../../../src/dissect/decrypt/ikev1.js';
import { ikev1CipherKey, ikev1Phase1Iv, ikev1Phase2Iv } from '../../../src/keymat/ikev1.js';
import { filled } from './make-esp.js';

const cipher = cipherByName('ENCR_3DES');
const hash = hashByName('MD5');
if (cipher === undefined || hash === undefined) throw new TypeError('no algorithms');
const [keInitiator, keResponder, key] = [filled(128, 1), filled(128, 2), filled(24, 3)];
const origin = { file: 'test', line: 1 };
const none = new Uint8Array(0);
const HASH = 8;

/** A chain of a HASH and an ID payload, padded with zeros to whole blocks. */
function chain(seed: number): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(5).u8(0).u16(20).bytes(filled(16, seed));
  writer
    .u8(0)
    .u8(0)
    .u16(12)
    .bytes(filled(8, seed + 1));
  return new Uint8Array(Buffer.concat([writer.finish(), new Uint8Array((8 - (32 % 8)) % 8)]));
}

/** One side's view of the same SA: makes the messages. */
class Sender {
  phase1 = ikev1Phase1Iv(hash as never, cipher as never, keInitiator, keResponder);
  readonly chains = new Map<number, Uint8Array>();
  readonly #key = cipher?.prepare(key, none);

  send(messageId: number, seed: number): Uint8Array {
    const iv =
      messageId === 0 ? this.phase1 : (this.chains.get(messageId) ?? ikev1Phase2Iv(hash as never, cipher as never, this.phase1, messageId));
    const ciphertext = new Uint8Array(this.#key?.encrypt(iv, chain(seed), none).ciphertext ?? none);
    const last = ciphertext.slice(-8);
    if (messageId === 0) this.phase1 = last;
    else this.chains.set(messageId, last);
    return ciphertext;
  }
}

const make = () => new Ikev1Decryptor({ key: new Secret(key), origin }, { cipher, hash, keInitiator, keResponder });
const inner = (seed: number): Buffer => Buffer.from(chain(seed));

describe('the chain of IVs', () => {
  it('runs through phase 1, then from its end for each message id', () => {
    const [sender, decryptor] = [new Sender(), make()];
    const order: readonly (readonly [number, number])[] = [
      [0, 1],
      [0, 2],
      [0x1111, 3],
      [0x2222, 4],
      [0x1111, 5],
      [0x1111, 6],
      [0x2222, 7],
    ];
    for (const [id, seed] of order) {
      const plain = decryptor.decrypt(id, HASH, sender.send(id, seed));
      expect(plain).toMatchObject({ plausible: true, retransmission: false, firstBlockLost: false });
      expect(Buffer.from(plain.inner)).toEqual(inner(seed));
    }
  });

  it('is left alone by copies, which are opened like the first', () => {
    const [sender, decryptor] = [new Sender(), make()];
    const [five, six] = [sender.send(0, 1), sender.send(0, 2)];
    const quick = sender.send(7, 3);
    for (const [id, bytes, seed, copy] of [
      [0, five, 1, false],
      [0, five, 1, true],
      [0, six, 2, false],
      [0, five, 1, true],
      [0, six, 2, true],
      [7, quick, 3, false],
      [7, quick, 3, true],
    ] as const) {
      const plain = decryptor.decrypt(id, HASH, bytes);
      expect(plain).toMatchObject({ plausible: true, retransmission: copy });
      expect(Buffer.from(plain.inner)).toEqual(inner(seed));
    }
    expect(decryptor.decrypt(7, HASH, sender.send(7, 4)).plausible).toBe(true);
  });

  it('goes on when a message was sent that never arrived: its receiver chained to the one before', () => {
    const [sender, decryptor] = [new Sender(), make()];
    decryptor.decrypt(0, HASH, sender.send(0, 1));
    const before = sender.phase1;
    decryptor.decrypt(0, HASH, sender.send(0, 2));
    sender.phase1 = before;
    expect(decryptor.decrypt(9, HASH, sender.send(9, 3)).plausible).toBe(true);
  });

  it('after a gap in the capture one message is not believed, the next one is', () => {
    const [sender, decryptor] = [new Sender(), make()];
    decryptor.decrypt(0, HASH, sender.send(0, 1));
    decryptor.decrypt(0, HASH, sender.send(0, 2));
    sender.send(5, 3); // not captured
    const second = decryptor.decrypt(5, HASH, sender.send(5, 4));
    expect(second.plausible).toBe(false);
    expect(Buffer.from(second.inner.subarray(8))).toEqual(inner(4).subarray(8));
    expect(decryptor.decrypt(5, HASH, sender.send(5, 5)).plausible).toBe(true);
  });

  it('a capture that begins behind the key exchange loses the first block only', () => {
    const sender = new Sender();
    const decryptor = new Ikev1Decryptor({ key: new Secret(key), origin }, { cipher, hash });
    const first = decryptor.decrypt(0, HASH, sender.send(0, 1));
    expect(first).toMatchObject({ firstBlockLost: true, plausible: false });
    expect(Buffer.from(first.inner.subarray(8))).toEqual(inner(1).subarray(8));
    expect(decryptor.decrypt(0, HASH, sender.send(0, 2))).toMatchObject({ firstBlockLost: false, plausible: true });
    expect(decryptor.decrypt(3, HASH, sender.send(3, 3)).plausible).toBe(true);
  });
});

describe('keys', () => {
  it('SKEYID_e does as well as the key made of it', () => {
    const skeyidE = filled(16, 77);
    const made = ikev1CipherKey(prfOfHash(hash), skeyidE, 24);
    const ciphertext = cipher.prepare(made, none).encrypt(ikev1Phase1Iv(hash, cipher, keInitiator, keResponder), chain(1), none).ciphertext;
    const decryptor = new Ikev1Decryptor({ skeyidE: new Secret(skeyidE), origin }, { cipher, hash, keInitiator, keResponder });
    expect(decryptor.decrypt(0, HASH, ciphertext).plausible).toBe(true);
  });

  it('a wrong one is told by what comes out', () => {
    const sender = new Sender();
    const decryptor = new Ikev1Decryptor({ key: new Secret(filled(24, 200)), origin }, { cipher, hash, keInitiator, keResponder });
    for (let seed = 0; seed < 20; seed++) expect(decryptor.decrypt(0, HASH, sender.send(0, seed)).plausible).toBe(false);
  });

  it('one of a wrong length is refused', () => {
    expect(() => new Ikev1Decryptor({ key: new Secret(filled(16, 1)), origin }, { cipher, hash })).toThrow(UsageError);
  });

  it('half a block is a DecodeError', () => {
    for (const length of [0, 7, 9]) expect(() => make().decrypt(0, HASH, filled(length, 1))).toThrow(DecodeError);
  });
});
