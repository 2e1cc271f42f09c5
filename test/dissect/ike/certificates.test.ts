import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { certificateFacts } from '../../../src/dissect/ike/certificates.js';

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /O=Example/CN=moon -addext subjectAltName=DNS:moon.example,IP:10.0.0.1
const MOON = fromHex(
  '308201b53082015ca003020102021415e1fda19802f6207c4d926fe84aa529c7415290300a06082a8648ce3d04030230213110300e060355040a0c074578616d706c65' +
    '310d300b06035504030c046d6f6f6e301e170d3236313132313139353331305a170d3336313131383139353331305a30213110300e060355040a0c074578616d706c65' +
    '310d300b06035504030c046d6f6f6e3059301306072a8648ce3d020106082a8648ce3d03010703420004f2ab4c14a637ff936cecaff9f6e745b1a0ca5054bc00bebc42' +
    '506dca5ea34d16a90e2e8c4ff95ae25c89c99abf47653e2f09bf32e85bfb72e3419ad391bc6329a3723070301d0603551d0e041604145eb05f13a65b6f33d80597734c' +
    '730719fad4a463301f0603551d230418301680145eb05f13a65b6f33d80597734c730719fad4a463300f0603551d130101ff040530030101ff301d0603551d11041630' +
    '14820c6d6f6f6e2e6578616d706c6587040a000001300a06082a8648ce3d0403020347003044022029c73890df7fe1d3508f888ea36228eeec5ba3fa21e1b7eb6fd85d' +
    '6b7691a2290220316e897c70625e798d3a60cac7b8ce4cf663326ac80d1a72c84910e17458153b',
);

const FACTS = {
  subject: 'O=Example, CN=moon',
  issuer: 'O=Example, CN=moon',
  validFrom: '2026-11-21T19:53:10.000Z',
  validTo: '2036-11-18T19:53:10.000Z',
  altNames: 'DNS:moon.example, IP Address:10.0.0.1',
  key: 'EC prime256v1',
};

describe('certificateFacts', () => {
  const pem = Buffer.from(`-----BEGIN CERTIFICATE-----\n${Buffer.from(MOON).toString('base64')}\n-----END CERTIFICATE-----\n`);
  const hashAndUrl = Buffer.concat([Buffer.alloc(20, 0xab), Buffer.from('http://pki.example/moon.der')]);
  const rows: readonly (readonly [string, number, Uint8Array, 1 | 2, unknown])[] = [
    ['X.509 in IKEv2', 4, MOON, 2, FACTS],
    ['X.509 for key exchange in IKEv1', 5, MOON, 1, FACTS],
    ['5 is no X.509 in IKEv2', 5, MOON, 2, 'unknown (5) (441 bytes)'],
    ['a cut one', 4, MOON.subarray(0, 300), 2, 'X.509 Certificate - Signature, cannot be decoded (300 bytes)'],
    ['an empty one', 4, MOON.subarray(0, 0), 1, 'X.509 Certificate - Signature, cannot be decoded (0 bytes)'],
    ['PEM is not DER', 4, pem, 2, `X.509 Certificate - Signature, cannot be decoded (${pem.length} bytes)`],
    ['hash and URL', 12, hashAndUrl, 2, `Hash and URL of X.509 certificate: http://pki.example/moon.der (SHA-1 ${'ab'.repeat(20)})`],
    ['hash and URL, cut', 13, hashAndUrl.subarray(0, 5), 2, 'Hash and URL of X.509 bundle: hash at offset 0 needs 20 bytes, 5 there'],
    ['a raw key', 15, MOON.subarray(0, 10), 2, 'Raw Public Key (10 bytes)'],
    ['an unknown encoding', 201, MOON.subarray(0, 10), 2, 'unknown (201) (10 bytes)'],
  ];
  it.each(rows)('%s', (_, encoding, data, version, expected) => expect(certificateFacts({ encoding, data }, version)).toEqual(expected));

  it('no cut and no changed byte makes it throw', () => {
    for (let cut = 0; cut < MOON.length; cut += 3) certificateFacts({ encoding: 4, data: MOON.subarray(0, cut) }, 2);
    for (let at = 0; at < MOON.length; at += 2) {
      const changed = MOON.slice();
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(['string', 'object']).toContain(typeof certificateFacts({ encoding: 4, data: changed }, 2));
    }
  });
});
