import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { prepareCipher } from '../../../src/crypto/cipher.js';
import { DataDecryptor } from '../../../src/dissect/openvpn/data-decryptor.js';
import { openvpnCipher, openvpnDigest } from '../../../src/keymat/openvpn-algorithms.js';
import { prepareCbcSealer } from '../../../src/keymat/openvpn-data.js';
import { splitStaticKey } from '../../../src/keymat/openvpn-static-key.js';

const key = splitStaticKey(Uint8Array.from({ length: 256 }, (_, i) => (i * 11) & 0xff));
const PING = Buffer.from('2a187bf3641eb4cb07ed2d0a981fc748', 'hex');

/** What the server sends first. */
function firstPacket(cipherName: string, seed: number): Uint8Array {
  const cipher = openvpnCipher(cipherName);
  const iv = createHash('sha256').update(`iv ${seed}`).digest().subarray(0, cipher?.cipher.ivLength);
  const parts = { header: new Uint8Array(0), iv: () => iv, take: (length: number) => new Uint8Array(length), prepare: prepareCipher };
  return prepareCbcSealer(cipher, openvpnDigest('SHA256'), key.halves[1], false, parts).seal(1, 0, PING);
}

describe('which cipher opens a direction of TLS mode', () => {
  it.each(['DES-EDE3-CBC', 'BF-CBC'])('%s, which nobody has named, whatever the IV', (name) => {
    for (let seed = 0; seed < 400; seed++) {
      const decryptor = new DataDecryptor();
      const opened = decryptor.openTls(new Uint8Array(0), firstPacket(name, seed), [key], false, { digest: 'SHA256' });
      expect([seed, decryptor.found?.cipher, opened?.packetId]).toEqual([seed, name, 1]);
    }
  });
});
