import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { Secret } from '../../../src/bytes/secret.js';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { checkAh, prepareAh } from '../../../src/dissect/decrypt/ah.js';
import { decryptEsp, prepareEsp } from '../../../src/dissect/decrypt/esp.js';
import { anyAddress } from '../../../src/dissect/keys/address-pattern.js';
import { exactSpi } from '../../../src/dissect/keys/spi-pattern.js';
import { sharedCaptures, skipReason } from '../../support/shared-captures.js';

interface Vector {
  readonly id: string;
  readonly proto: string;
  readonly enc: string;
  readonly auth?: string;
  readonly key: string;
  readonly salt?: string;
  readonly auth_key?: string;
  readonly seqhi?: string | null;
  readonly iv: string;
  readonly aad?: string;
  readonly icv: string;
  readonly ciphertext: string;
  readonly plaintext?: string;
  readonly packet?: string;
  readonly payload?: string;
  readonly pad_len?: number;
  readonly next_header?: number;
  readonly spi: string;
  readonly seq: string;
}

const ciphersOf: Readonly<Record<string, string>> = {
  'aes-gcm-16': 'ENCR_AES_GCM_16',
  'aes-ccm-16': 'ENCR_AES_CCM_16',
  'aes-cbc': 'ENCR_AES_CBC',
  '3des-cbc': 'ENCR_3DES',
  'des-cbc': 'ENCR_DES',
  'blowfish-cbc': 'ENCR_BLOWFISH',
  'twofish-cbc': 'ENCR_TWOFISH_CBC',
  'chacha20-poly1305': 'ENCR_CHACHA20_POLY1305',
  null: 'ENCR_NULL',
};
const integritiesOf: Readonly<Record<string, string>> = {
  none: 'NONE',
  NULL: 'NONE',
  'hmac-sha1-96': 'AUTH_HMAC_SHA1_96',
  'hmac-md5-96': 'AUTH_HMAC_MD5_96',
  'hmac-sha256-128': 'AUTH_HMAC_SHA2_256_128',
  SHA256_HMAC: 'AUTH_HMAC_SHA2_256_128',
  SHA384_HMAC: 'AUTH_HMAC_SHA2_384_192',
  SHA512_HMAC: 'AUTH_HMAC_SHA2_512_256',
  AES_GMAC: 'AUTH_AES_128_GMAC',
};
const origin = { file: 'vectors.json', line: 1 };

describe.skipIf(sharedCaptures === undefined)(`public ESP and AH vectors${skipReason}`, () => {
  const { vectors } = JSON.parse(
    sharedCaptures === undefined ? '{"vectors":[]}' : readFileSync(join(sharedCaptures, 'vectors.json'), 'utf8'),
  ) as { vectors: readonly Vector[] };
  const esp = vectors.filter((vector) => vector.proto === 'esp');

  for (const vector of esp) {
    it(`opens ${vector.id} (${vector.enc}, ${vector.auth ?? 'combined'})`, () => {
      const unknown = vector.auth?.startsWith('hmac-96') === true;
      const cipher = cipherByName(ciphersOf[vector.enc] ?? '');
      const integrity = integrityByName(unknown ? 'ANY_96' : (integritiesOf[vector.auth ?? 'none'] ?? ''));
      if (cipher === undefined || integrity === undefined) throw new TypeError(`no algorithms for ${vector.enc} ${vector.auth}`);
      const packet = fromHex(vector.packet ?? `${vector.spi}${vector.seq}${vector.iv}${vector.ciphertext}${vector.icv}`);
      const sa = prepareEsp({
        src: anyAddress,
        dst: anyAddress,
        spi: exactSpi(Number.parseInt(vector.spi, 16)),
        cipher,
        key: new Secret(fromHex(vector.key)),
        salt: new Secret(fromHex(vector.salt ?? '')),
        integrity,
        integrityKey: new Secret(fromHex(vector.auth_key ?? '')),
        origin,
      });
      const high = typeof vector.seqhi === 'string' ? Number.parseInt(vector.seqhi, 16) : undefined;
      const plain = decryptEsp(sa, packet, high);
      expect(plain.icv).toBe(vector.icv === '' || unknown ? 'unknown' : 'good');
      expect(toHex(plain.icvBytes)).toBe(vector.icv);
      expect(toHex(plain.iv)).toBe(vector.iv);
      expect(plain.plausible).toBe(true);
      if (vector.payload !== undefined) expect(toHex(plain.payload)).toBe(vector.payload);
      if (vector.pad_len !== undefined) expect(plain.padLength).toBe(vector.pad_len);
      if (vector.next_header !== undefined) expect(plain.nextHeader).toBe(vector.next_header);

      // One bit anywhere in the packet turns a good ICV into a bad one.
      if (plain.icv === 'good') {
        for (let at = 0; at < packet.length; at += 7) {
          const changed = packet.slice();
          changed[at] = (changed[at] as number) ^ 1;
          expect(decryptEsp(sa, changed, high).icv).toBe('bad');
        }
      }
    });
  }

  it('is the whole set', () => expect(esp.length + vectors.filter((vector) => vector.proto === 'ah').length + 1).toBe(87));

  it('opens the SK payload of RFC 7634 appendix B with its AAD', () => {
    const vector = vectors.find((candidate) => candidate.proto === 'ikev2-sk') as Vector;
    const key = cipherByName('ENCR_CHACHA20_POLY1305')?.prepare(fromHex(vector.key), fromHex(vector.salt ?? ''));
    const opened = key?.decrypt(fromHex(vector.iv), fromHex(vector.ciphertext), fromHex(vector.aad ?? ''), fromHex(vector.icv));
    expect(opened?.authentic).toBe(true);
    expect(toHex(opened?.plaintext ?? new Uint8Array(0))).toBe(vector.plaintext);
  });

  for (const vector of vectors.filter((candidate) => candidate.proto === 'ah')) {
    it(`checks ${vector.id}`, () => {
      const integrity = integrityByName(integritiesOf[vector.auth ?? ''] ?? '');
      if (integrity === undefined) throw new TypeError(`no algorithm for ${vector.auth}`);
      const sa = prepareAh({
        src: anyAddress,
        dst: anyAddress,
        spi: exactSpi(Number.parseInt(vector.spi, 16)),
        integrity,
        integrityKey: new Secret(fromHex(vector.auth_key ?? '')),
        integritySalt: new Secret(fromHex(vector.salt ?? '')),
        origin,
      });
      const packet = fromHex(vector.packet ?? '');
      expect(checkAh(sa, packet, undefined)).toMatchObject({ icv: 'good', spi: 0x7b, sequence: 1 });
      // What routers change does not count: TOS, TTL and checksum; what they do not change does.
      const routed = packet.slice();
      routed[1] = 0xb8;
      routed[8] = (routed[8] as number) + 3;
      routed[10] = 0x12;
      expect(checkAh(sa, routed, undefined).icv).toBe('good');
      for (const at of [12, 19, packet.length - 1]) {
        const changed = packet.slice();
        changed[at] = (changed[at] as number) ^ 0x80;
        expect(checkAh(sa, changed, undefined).icv).toBe('bad');
      }
    });
  }
});
