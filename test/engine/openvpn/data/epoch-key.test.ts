import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/bytes/hex.js';
import { prepareCipher } from '../../../../src/crypto/cipher.js';
import { EpochKey } from '../../../../src/engine/openvpn/data/epoch-key.js';
import { openvpnCipher } from '../../../../src/keymat/openvpn-algorithms.js';
import { seededRandom } from '../../esp/make-child.js';
import { makeChannel, makeKeys } from './make-channel.js';

const plain = Uint8Array.of(0x45, 1, 2, 3);
const end = (direction: 0 | 1, limit?: number, order: 'unordered' | 'ordered' = 'unordered') => {
  const cipher = openvpnCipher('AES-256-GCM') ?? expect.fail();
  const options = { order, random: seededRandom(3), date: () => 0, prepare: prepareCipher };
  return new EpochKey({ ...makeKeys(direction, { peerId: 9 }), cipher, peerId: 9, epochs: true }, options, limit);
};
const sealed = (key: EpochKey) => key.seal(plain) ?? expect.fail('nothing was sealed');
/** Epoch and packet id. */
const front = (packet: Uint8Array) => toHex(packet.subarray(4, 12));

describe('a key with epochs', () => {
  it('counts from 1 in epoch 1, and opens what the other end sealed, once', () => {
    const [here, there] = [end(0), end(1)];
    const packets = [sealed(here), sealed(here)];
    expect(packets.map(front)).toEqual(['0001000000000001', '0001000000000002']);
    expect(packets.map((packet) => there.open(packet))).toEqual([Buffer.from(plain), Buffer.from(plain)]);
    expect(there.open(packets[0] ?? plain)).toMatchObject({ kind: 'drop', reason: 'replayed' });
    expect(here.worn).toBe(false);
  });

  it('goes on to the next epoch when this one is used up, and so does the other end', () => {
    // A packet of 32 bytes is one packet and two blocks.
    const [here, there] = [end(0, 6), end(1)];
    const packets = [1, 2, 3, 4].map(() => sealed(here));
    expect(packets.map(front)).toEqual(['0001000000000001', '0001000000000002', '0001000000000003', '0002000000000001']);
    expect(front(sealed(there))).toBe('0001000000000001');
    for (const packet of packets) expect(there.open(packet)).toEqual(Buffer.from(plain));
    expect(front(sealed(there))).toBe('0002000000000001');
    // What came late of the epoch before is judged by its own window.
    expect(there.open(packets[2] ?? plain)).toMatchObject({ reason: 'replayed' });
  });

  it('asks for another epoch when the peer overuses its own', () => {
    const [here, there] = [end(0), end(1, 6)];
    for (let i = 0; i < 3; i++) there.open(sealed(here));
    expect(front(sealed(there))).toBe('0002000000000001');
    here.open(sealed(there));
    expect(front(sealed(here))).toBe('0002000000000001');
  });

  it('over TCP each packet follows the last of its epoch', () => {
    const [here, there] = [end(0, 3, 'ordered'), end(1, undefined, 'ordered')];
    const packets = [1, 2, 3].map(() => sealed(here));
    expect(packets.map(front)).toEqual(['0001000000000001', '0001000000000002', '0002000000000001']);
    for (const packet of packets) expect(there.open(packet)).toEqual(Buffer.from(plain));
    expect(there.open(packets[2] ?? plain)).toMatchObject({ reason: 'replayed' });
  });

  it('says what does not fit', () => {
    const packet = sealed(end(0));
    expect(end(0).open(packet)).toMatchObject({
      reason: 'authentication',
      text: expect.stringMatching(/28 bytes of epoch 1, .*another key/),
    });
    expect(end(1).open(packet.subarray(0, 20))).toMatchObject({ text: expect.stringContaining('no epoch') });
    expect(end(1).open(Uint8Array.of(0x30, ...packet.subarray(4)))).toMatchObject({ reason: 'authentication' });
  });
});

it('a data channel takes its keys so', () => {
  const here = makeChannel(0, { peerId: 9, epochs: true });
  const there = makeChannel(1, { peerId: 9, epochs: true });
  const [packet = plain] = here.seal(plain, 0);
  expect(front(packet)).toBe('0001000000000001');
  expect(there.open(packet, 0)).toMatchObject({ kind: 'payload' });
  expect(makeChannel(1, { peerId: 9 }).open(packet, 0)).toMatchObject({ kind: 'drop', reason: 'authentication' });
  expect(here.seal(new Uint8Array(here.room(1300)).fill(0x45), 0)[0]).toHaveLength(1300);
});
