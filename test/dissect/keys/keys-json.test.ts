import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { readKeysJson } from '../../../src/dissect/keys/keys-json.js';

describe('keys.json', () => {
  const entry = {
    src: '10.0.0.1',
    dst: '10.0.0.2',
    spi: '0x00000001',
    encr: 'AES-CBC [RFC3602]',
    encr_key: 'aa'.repeat(16),
    integ: 'HMAC-SHA-1-96 [RFC2404]',
    integ_key: 'bb'.repeat(20),
  };

  it('takes all four tables', () => {
    const ring = readKeysJson(
      JSON.stringify({
        ikev1: [{ cookie_i: '0011223344556677', key: 'cc'.repeat(24) }],
        ikev2: [
          {
            spi_i: '0011223344556677',
            spi_r: '8899aabbccddeeff',
            sk_ei: 'dd'.repeat(36),
            sk_er: 'ee'.repeat(36),
            encr: 'CHACHA20_POLY1305',
          },
        ],
        esp: [entry],
        ah: [{ src: '*', dst: '*', spi: '7', integ: 'AUTH_AES_128_GMAC', integ_key: 'ff'.repeat(20) }],
      }),
      'keys.json',
    );
    expect(ring.notes).toEqual([]);
    expect(ring.describe()).toBe('1 ESP SA, 1 AH SA, 1 IKEv2 SA, 1 IKEv1 SA');
    expect(ring.ah[0]?.integritySalt.length).toBe(4);
  });

  it('says which entry it could not use', () => {
    const ring = readKeysJson(
      JSON.stringify({ esp: [entry, { ...entry, encr: 'ROT13' }, 5, { ...entry, spi: undefined }], wireguard: [] }, null, 1),
      'keys.json',
    );
    expect(ring.esp.length).toBe(1);
    expect(ring.notes.map((note) => note.text)).toEqual([
      'no cipher of the name "ROT13" is known',
      'entry 3 of esp is not an object',
      '"spi" is missing',
      '"wireguard" is none of ikev1, ikev2, esp, ah, openvpn, tls',
    ]);
    expect(ring.notes[0]?.line).toBe(12);
  });

  it('refuses what only begins like JSON', () => expect(() => readKeysJson('{ "esp": [', 'keys.json')).toThrow(UsageError));
});
