import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { prepareNonceAead } from '../../src/crypto/nonce-aead.js';
import { expandLabel, suiteKeys, tls12Openers, tls12Prf, tls13Opener } from '../../src/keymat/tls-secrets.js';

describe('TLS 1.3', () => {
  // RFC 8448 §3: the server's handshake traffic secret and the keys that come of it.
  const secret = fromHex('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');

  it('keys of RFC 8448', () => {
    expect(toHex(expandLabel('sha256', secret, 'key', new Uint8Array(0), 16))).toBe('3fce516009c21727d0f2e4e86ee403bc');
    expect(toHex(expandLabel('sha256', secret, 'iv', new Uint8Array(0), 12))).toBe('5d313eb2671276ee13000b30');
  });

  it('opens a record by its sequence number only', () => {
    const suite = suiteKeys('TLS_AES_128_GCM_SHA256');
    if (suite === undefined) throw new TypeError('no suite');
    const header = fromHex('1703030016');
    const nonce = fromHex('5d313eb2671276ee13000b30');
    nonce[11] = (nonce[11] as number) ^ 2;
    const { ciphertext, tag } = prepareNonceAead('aes-128-gcm', fromHex('3fce516009c21727d0f2e4e86ee403bc')).seal(
      nonce,
      Buffer.from('hello\u0017'),
      header,
    );
    const opener = tls13Opener(suite, secret);
    const fragment = Buffer.concat([ciphertext, tag]);
    expect(opener.open(header, fragment, 2)).toEqual(Buffer.from('hello\u0017'));
    expect(opener.open(header, fragment, 1)).toBeUndefined();
    expect(opener.open(header, fragment.subarray(0, 10), 2)).toBeUndefined();
  });
});

describe('TLS 1.2', () => {
  it('the PRF for the vector that implementations share', () => {
    const out = tls12Prf(
      'sha256',
      fromHex('9bbe436ba940f017b17652849a71db35'),
      'test label',
      [fromHex('a0ba9f936cda311827a6f796ffd5198c')],
      32,
    );
    expect(toHex(out)).toBe('e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a');
  });

  it.each(['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'])(
    'opens nothing that was not sealed: %s',
    (name) => {
      const suite = suiteKeys(name);
      if (suite === undefined) throw new TypeError('no suite');
      const { client, server } = tls12Openers(suite, new Uint8Array(48), new Uint8Array(32), new Uint8Array(32));
      for (const opener of [client, server]) {
        for (const length of [0, 7, 8, 23, 24, 100]) expect(opener.open(fromHex('1703030018'), new Uint8Array(length), 0)).toBeUndefined();
      }
    },
  );

  it('leaves CBC suites alone', () => expect(suiteKeys('TLS_RSA_WITH_AES_128_CBC_SHA')).toBeUndefined());
});
