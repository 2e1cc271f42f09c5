import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.js';
import { halvesOf, parseStaticKeys, splitStaticKey } from '../../src/keymat/openvpn-static-key.js';

/** Every byte its own offset: for tests only. */
const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);
const file = (hex: string) =>
  `#\n# 2048 bit OpenVPN static key\n#\n-----BEGIN OpenVPN Static key V1-----\n${hex.replace(/(.{32})/g, '$1\n')}-----END OpenVPN Static key V1-----\n`;

describe('a key file', () => {
  it('holds two halves of a cipher and an HMAC key each', () => {
    const [key] = parseStaticKeys(file(toHex(BYTES)));
    expect(key?.halves.map(({ cipher, hmac }) => [cipher.reveal()[0], hmac.reveal()[0], cipher.length, hmac.length])).toEqual([
      [0, 64, 64, 64],
      [128, 192, 64, 64],
    ]);
  });

  it('may stand in a configuration, and there may be two', () => {
    const text = `client\n<tls-auth>\n${file(toHex(BYTES))}</tls-auth>\n<secret>\n${file(toHex(BYTES))}</secret>\n`;
    expect(parseStaticKeys(text)).toHaveLength(2);
    expect(parseStaticKeys('client\n')).toEqual([]);
  });

  it('cut short is refused', () => expect(() => parseStaticKeys(file(toHex(BYTES.subarray(16))))).toThrow('256 bytes, not 240'));
});

it.each([
  [undefined, 0, 0],
  [0, 0, 128],
  [1, 128, 0],
] as const)('direction %s sends with the half at %i and expects the one at %i', (direction, send, receive) => {
  const halves = halvesOf(splitStaticKey(BYTES), direction);
  expect([halves.send.cipher.reveal()[0], halves.receive.cipher.reveal()[0]]).toEqual([send, receive]);
});
