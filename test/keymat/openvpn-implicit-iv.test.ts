import { expect, it } from 'vitest';
import { noBytes, prepareCipher } from '../../src/crypto/cipher.js';
import { openvpnCipher } from '../../src/keymat/openvpn-algorithms.js';
import { prepareAeadSealer } from '../../src/keymat/openvpn-data.js';
import { implicitIvOfPing } from '../../src/keymat/openvpn-implicit-iv.js';
import { splitKeyHalf } from '../../src/keymat/openvpn-static-key.js';
import { PING } from '../../src/wire/openvpn/inner-messages.js';

/** A key for tests only. */
const half = splitKeyHalf(Uint8Array.from({ length: 128 }, (_, at) => (at * 11 + 5) & 0xff));

function sealed(name: string, plaintext: Uint8Array): { key: Uint8Array; body: Uint8Array } {
  const cipher = openvpnCipher(name);
  if (cipher === undefined) throw new TypeError(name);
  const sealer = prepareAeadSealer(cipher, half, {
    header: Uint8Array.of(0x48, 0, 0, 1),
    iv: () => noBytes,
    take: (length) => new Uint8Array(length),
    prepare: prepareCipher,
  });
  return { key: half.cipher.reveal().subarray(0, cipher.keyLength), body: sealer.seal(7, 0, plaintext).subarray(4) };
}

it.each(['AES-128-GCM', 'AES-192-GCM', 'AES-256-GCM'])('%s: a ping gives the part of the nonce that is not sent', (name) => {
  const { key, body } = sealed(name, PING);
  expect(implicitIvOfPing(key, body)).toEqual(Uint8Array.from(half.hmac.reveal().subarray(0, 8)));
});

it('nothing under another key, out of what is no ping, or cut', () => {
  const { key, body } = sealed('AES-256-GCM', PING);
  expect(
    implicitIvOfPing(
      key.map((byte) => byte ^ 1),
      body,
    ),
  ).toBeUndefined();
  expect(
    implicitIvOfPing(
      key,
      sealed(
        'AES-256-GCM',
        PING.map((byte) => byte ^ 1),
      ).body,
    ),
  ).toBeUndefined();
  expect(implicitIvOfPing(key, body.subarray(1))).toBeUndefined();
});
