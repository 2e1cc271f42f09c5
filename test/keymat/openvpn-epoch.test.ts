import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { prepareCipher } from '../../src/crypto/cipher.js';
import { openvpnCipher } from '../../src/keymat/openvpn-algorithms.js';
import { EpochOpener, EpochSealer } from '../../src/keymat/openvpn-epoch.js';
import { splitStaticKey } from '../../src/keymat/openvpn-static-key.js';

/** A key for tests only. */
const [half] = splitStaticKey(Uint8Array.from({ length: 256 }, (_, i) => (i * 7 + 3) & 0xff)).halves;
const header = fromHex('48010203');
const plain = fromHex('45010203');
const take = (length: number) => new Uint8Array(length);
const cipherOf = (name: string) => openvpnCipher(name) ?? expect.fail(name);
const makeSealer = (name = 'AES-256-GCM') => new EpochSealer(cipherOf(name), half, { header, take, prepare: prepareCipher });
const makeOpener = (name = 'AES-256-GCM') => new EpochOpener(cipherOf(name), half);
const open = (opener: EpochOpener, packet: Uint8Array) => opener.open(packet.subarray(0, 4), packet.subarray(4));

describe('packets with epochs', () => {
  // Computed apart from this code, with Python's hmac and another library's AES-GCM, from doc/ and crypto_epoch.c of OpenVPN 2.7.
  it.each<[number, string]>([
    [1, '4801020300010000000000019d62e435bcc7b3c777cfa09b74c4beed5c97996f'],
    [2, '480102030002000000000001daa2a097a67f6a37d7245435b9755280ee368d8a'],
    [3, '4801020300030000000000011b12fc0b72b9afe240d9c8214f58cadcacd84be7'],
  ])('epoch %i, AES-256-GCM', (epoch, expected) => {
    const sealer = makeSealer();
    sealer.goOnTo(epoch);
    const packet = sealer.seal(1, 0, plain);
    expect(toHex(packet)).toBe(expected);
    const opened = open(makeOpener(), packet);
    expect(opened).toMatchObject({ authentic: true, packetId: 1, epoch });
    expect(toHex(opened.plaintext ?? header)).toBe(toHex(plain));
  });

  it.each(['AES-128-GCM', 'AES-192-GCM', 'CHACHA20-POLY1305'])('%s, and packet ids of 48 bits', (name) => {
    const packet = makeSealer(name).seal(2 ** 47 + 5, 0, plain);
    expect(open(makeOpener(name), packet)).toMatchObject({ authentic: true, packetId: 2 ** 47 + 5, epoch: 1 });
    expect(open(makeOpener('AES-256-GCM'), packet).authentic).toBe(false);
  });

  it('say how much fits', () => {
    const sealer = makeSealer();
    expect(sealer.seal(1, 0, new Uint8Array(sealer.room(100)))).toHaveLength(100);
    expect(sealer.room(5)).toBe(0);
  });
});

describe('a receiver', () => {
  const packetsOf = (...epochs: readonly number[]) => {
    const sealer = makeSealer();
    return epochs.map((epoch) => {
      sealer.goOnTo(epoch);
      return sealer.seal(1, 0, plain);
    });
  };

  it('goes on with its sender, keeps the epoch before, and none older', () => {
    const opener = makeOpener();
    const [first, fifth, sixth] = packetsOf(1, 5, 6) as [Uint8Array, Uint8Array, Uint8Array];
    expect([first, fifth].map((packet) => open(opener, packet).authentic)).toEqual([true, true]);
    expect(opener.epoch).toBe(5);
    expect(open(opener, first).authentic).toBe(true);
    expect(open(opener, sixth).authentic).toBe(true);
    expect([first, fifth].map((packet) => open(opener, packet).authentic)).toEqual([false, true]);
    expect(opener.epoch).toBe(6);
  });

  it('knows 16 ahead, and moves for nothing that is not authentic', () => {
    const opener = makeOpener();
    const [seventeenth, eighteenth] = packetsOf(17, 18) as [Uint8Array, Uint8Array];
    expect(open(opener, eighteenth)).toMatchObject({ authentic: false, epoch: 18 });
    const forged = Uint8Array.from(seventeenth).fill(0, -1);
    expect(open(opener, forged)).toMatchObject({ authentic: false, epoch: 17 });
    expect(opener.epoch).toBe(1);
    expect(open(opener, seventeenth).authentic).toBe(true);
    expect(open(opener, eighteenth).authentic).toBe(true);
  });

  it('takes nothing for a packet that is too short, or of epoch 0', () => {
    const opener = makeOpener();
    expect(open(opener, new Uint8Array(27))).toMatchObject({ authentic: false, packetId: undefined });
    expect(open(opener, new Uint8Array(40))).toMatchObject({ authentic: false, epoch: 0 });
  });

  it('gives back every key it made', () => {
    let alive = 0;
    const opener = new EpochOpener(cipherOf('AES-256-GCM'), half, (cipher, key, salt) => {
      alive++;
      return { ...prepareCipher(cipher, key, salt), release: () => alive-- };
    });
    for (const packet of packetsOf(1, 4, 9, 12)) open(opener, packet);
    opener.release();
    expect(alive).toBe(0);
  });
});
