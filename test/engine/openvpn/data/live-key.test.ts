import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/bytes/hex.js';
import { prepareCipher } from '../../../../src/crypto/cipher.js';
import { LiveKey } from '../../../../src/engine/openvpn/data/live-key.js';
import { seededRandom } from '../../esp/make-child.js';
import { type KeyWishes, makeKeys } from './make-channel.js';

const plain = Uint8Array.of(0x45, 1, 2, 3);
let date = 1_700_000_000_000;
const liveKey = (wishes: KeyWishes, lastId = 0, direction: 0 | 1 = 0) =>
  new LiveKey(
    makeKeys(direction, wishes),
    { order: 'unordered', random: seededRandom(3), date: () => date, prepare: prepareCipher },
    lastId,
  );

describe('packet ids', () => {
  it('of TLS come to an end, and are worn before', () => {
    const key = liveKey({ peerId: 0x010203 }, 0xff00_0000 - 2);
    expect(toHex((key.seal(plain) ?? plain).subarray(0, 8))).toBe('48010203feffffff');
    expect(key.worn).toBe(false);
    key.seal(plain);
    expect(key.worn).toBe(true);
    const last = liveKey({}, 0xffff_fffe);
    expect(toHex((last.seal(plain) ?? plain).subarray(1, 5))).toBe('ffffffff');
    expect([last.seal(plain), last.seal(plain)]).toEqual([undefined, undefined]);
  });

  it('of static keys begin anew with a later time, even within a second', () => {
    const wishes = { derivation: 'static', cipher: 'none', digest: 'none' } as const;
    const head = (packet: Uint8Array | undefined) => toHex((packet ?? plain).subarray(0, 8));
    const key = liveKey(wishes);
    expect([head(key.seal(plain)), head(key.seal(plain))]).toEqual(['000000016553f100', '000000026553f100']);
    expect(key.worn).toBe(false);
    const old = liveKey(wishes, 0xffff_fffe);
    expect([head(old.seal(plain)), head(old.seal(plain))]).toEqual(['ffffffff6553f100', '000000016553f101']);
    date += 5000;
    expect(head(liveKey(wishes).seal(plain))).toBe('000000016553f105');
    date -= 5000;
  });
});

it('says what does not fit', () => {
  const short = liveKey({ cipher: 'AES-128-CBC', digest: 'SHA1' }).open(new Uint8Array(11).fill(0x30));
  expect(short).toMatchObject({ reason: 'authentication', text: expect.stringContaining('the HMAC of SHA1 does not fit 10 bytes') });
  expect(liveKey({}).open(new Uint8Array(50).fill(0x30))).toMatchObject({
    text: expect.stringContaining('the tag of AES-256-GCM does not fit 49 bytes'),
  });
  const wishes = { derivation: 'static', digest: 'none', cipher: 'AES-128-CBC' } as const;
  expect(liveKey(wishes).open(new Uint8Array(40))).toMatchObject({ reason: 'decryption', text: expect.stringContaining('AES-128-CBC') });
});

it('P_DATA_V2 is understood without a peer id of ours, and P_DATA_V1 with one', () => {
  const [v1, v2] = [liveKey({}, 0, 1), liveKey({ peerId: 9 }, 0, 1)];
  expect(v1.open(liveKey({ peerId: 9 }).seal(plain) ?? plain)).toEqual(Buffer.from(plain));
  expect(v2.open(liveKey({}).seal(plain) ?? plain)).toEqual(Buffer.from(plain));
});
