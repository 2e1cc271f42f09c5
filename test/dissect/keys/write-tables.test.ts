import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { ciphers } from '../../../src/crypto/ciphers.js';
import type { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { writeWiresharkTables } from '../../../src/dissect/keys/write-tables.js';

const plain = (ring: KeyRing) => ({
  esp: ring.esp.map((sa) => [
    sa.src.text,
    sa.dst.text,
    sa.spi.text,
    sa.cipher.name,
    toHex(sa.key.reveal()),
    toHex(sa.salt.reveal()),
    sa.integrity.name,
    toHex(sa.integrityKey.reveal()),
  ]),
  ikev2: ring.ikev2.map((keys) => [
    keys.spiI,
    keys.spiR,
    keys.fromInitiator,
    keys.cipher.name,
    toHex(keys.key.reveal()),
    toHex(keys.salt.reveal()),
    keys.integrity.name,
    toHex(keys.integrityKey.reveal()),
  ]),
  ikev1: ring.ikev1.map((keys) => [keys.cookieI, toHex(keys.key?.reveal() ?? new Uint8Array(0))]),
});

describe("Wireshark's tables written from a ring", () => {
  const esp = [
    ['AES-CBC [RFC3602]', 16, 'HMAC-SHA-256-128 [RFC4868]', 32],
    ['AES-CTR [RFC3686]', 36, 'HMAC-SHA-1-96 [RFC2404]', 20],
    ['TripleDES-CBC [RFC2451]', 24, 'HMAC-MD5-96 [RFC2403]', 16],
    ['AES-GCM with 12 octet ICV [RFC4106]', 28, 'NULL', 0],
    ['NULL', 0, 'HMAC-SHA-512-256 [RFC4868]', 64],
    ['TWOFISH-CBC', 32, 'ANY 96 bit authentication [no checking]', 0],
  ] as const;
  const source = [
    ...esp.map(
      ([encr, key, integ, auth], i) =>
        `"IPv6","2001:db8::1","*","0x0000000${i}","${encr}","${key === 0 ? '' : `0x${'5a'.repeat(key)}`}","${integ}","${auth === 0 ? '' : `0x${'a5'.repeat(auth)}`}"`,
    ),
    `0011223344556677,8899aabbccddeeff,${'01'.repeat(20)},${'02'.repeat(20)},"AES-GCM-128 with 16 octet ICV [RFC5282]",,,"NONE [RFC4306]"`,
    `0011223344556678,8899aabbccddeeff,${'01'.repeat(24)},${'02'.repeat(24)},"3DES [RFC2451]",${'03'.repeat(16)},${'04'.repeat(16)},"HMAC_MD5_96 [RFC2403]"`,
    `0011223344556677,${'07'.repeat(24)}`,
  ].join('\n');
  const ring = readKeys(source, 'f');

  it('are read back the same, byte for byte where the form is its own', () => {
    expect(ring.notes).toEqual([]);
    const tables = writeWiresharkTables(ring);
    expect(tables.skipped).toEqual([]);
    expect(plain(readKeys(tables.espSa + tables.ikev2 + tables.ikev1, 'f'))).toEqual(plain(ring));
    expect(`${tables.espSa}${tables.ikev2}${tables.ikev1}`).toBe(`${source}\n`);
  });

  it('say what Wireshark has no name for', () => {
    const other = readKeys(
      JSON.stringify({
        esp: [{ spi: '0x9', encr: 'ENCR_CAMELLIA_CBC', encr_key: '00'.repeat(16) }],
        ah: [{ spi: '7', integ: 'SHA1', integ_key: '00'.repeat(20) }],
      }),
      'f',
    );
    expect(writeWiresharkTables(other)).toEqual({
      espSa: '',
      ikev1: '',
      ikev2: '',
      skipped: ['ESP SA 0x00000009 with ENCR_CAMELLIA_CBC and NONE', 'AH SA 0x00000007: Wireshark checks no AH'],
    });
    expect(ciphers.some((cipher) => cipher.name === 'ENCR_CAMELLIA_CBC')).toBe(true);
  });
});
