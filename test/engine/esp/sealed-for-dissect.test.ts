import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { Secret } from '../../../src/bytes/secret.js';
import { cipherByName, ciphers } from '../../../src/crypto/ciphers.js';
import { integrities, integrityByName } from '../../../src/crypto/integrity.js';
import { checkAh, prepareAh } from '../../../src/dissect/decrypt/ah.js';
import { decryptEsp, prepareEsp } from '../../../src/dissect/decrypt/esp.js';
import { anyAddress } from '../../../src/dissect/keys/address-pattern.js';
import { exactSpi } from '../../../src/dissect/keys/spi-pattern.js';
import type { ChildSa } from '../../../src/engine/child-sa.js';
import { InboundAh } from '../../../src/engine/esp/inbound-ah.js';
import { InboundEsp } from '../../../src/engine/esp/inbound-esp.js';
import { OutboundAh } from '../../../src/engine/esp/outbound-ah.js';
import { OutboundEsp } from '../../../src/engine/esp/outbound-esp.js';
import { childPair, seededRandom } from './make-child.js';

/** The sniffer's view of what goes out, written apart from the engine. */
function sniffer({ encryption, integrity, keysOut, spiOut }: ChildSa) {
  const cipher = cipherByName(encryption ?? '');
  const mac = integrityByName(integrity);
  if (cipher === undefined || mac === undefined) throw new TypeError('no such algorithms');
  return prepareEsp({
    src: anyAddress,
    dst: anyAddress,
    spi: exactSpi(spiOut),
    cipher,
    key: keysOut.encryption,
    salt: keysOut.salt,
    integrity: mac,
    integrityKey: keysOut.integrity,
    origin: { file: 'test', line: 1 },
  });
}

const separate = integrities.filter(({ checks, saltLength }) => checks && saltLength === 0);
const combined = ciphers.filter(({ icvLength }) => icvLength > 0);
const plain = ciphers.filter(({ icvLength, name }) => icvLength === 0 && name !== 'ENCR_NULL');
const nothing = { name: 'NONE' };
const suites = [
  ...combined.map((cipher) => [cipher, nothing] as const),
  ...plain.flatMap((cipher) => [...separate, nothing].map((integrity) => [cipher, integrity] as const)),
  ...separate.map((integrity) => [{ name: 'ENCR_NULL', keyLengths: [0] }, integrity] as const),
].flatMap(([cipher, integrity]) => [false, true].map((esn) => [cipher.name, integrity.name, esn, cipher.keyLengths] as const));
// The sequence number wraps on the way, where it may.
const first = 0xffff_fffen;

describe('what the engine seals, the sniffer opens', () => {
  it('has every cipher with every integrity algorithm', () => expect(suites.length).toBe(2 * (14 + 10 * 12 + 11)));

  it.each(suites)('%s with %s, ESN %s', (encryption, integrity, esn, keyLengths) => {
    // Keys of a hundred lengths there are for Blowfish alone: the ends will do.
    for (const keyLength of keyLengths.length > 3 ? [keyLengths[0], Math.min(...keyLengths), Math.max(...keyLengths)] : keyLengths) {
      const { left, right } = childPair({ encryption, integrity, esn, keyLength: keyLength ?? 0 });
      const last = esn ? first : 41n;
      const outbound = new OutboundEsp(left, seededRandom(9), last);
      const inbound = new InboundEsp(right, 64, last);
      const sa = sniffer(left);
      const ivs = new Set<string>();
      for (let length = 0; length < 40; length += keyLength === keyLengths[0] ? 1 : 13) {
        const payload = Uint8Array.from({ length }, (_, i) => i * 7);
        const packet = outbound.seal(payload, 41);
        if (packet === undefined) throw new TypeError('no sequence number left');
        const sequence = outbound.sequence.last;
        const plainText = decryptEsp(sa, packet, esn ? Number(sequence >> 32n) : undefined);
        const unsigned = integrity === 'NONE' && cipherByName(encryption)?.icvLength === 0;
        expect(plainText).toMatchObject({ nextHeader: 41, icv: unsigned ? 'unknown' : 'good', paddingOk: true, spi: left.spiOut });
        expect(plainText.sequence).toBe(Number(sequence & 0xffff_ffffn));
        expect(toHex(plainText.payload)).toBe(toHex(payload));
        expect(plainText.padLength).toBeLessThan(Math.max(4, sa.cipher.cipher.blockSize));
        const opened = inbound.open(packet);
        expect(opened).toMatchObject({ kind: 'opened', nextHeader: 41, paddingOk: true });
        expect(opened.kind === 'opened' && toHex(opened.payload)).toBe(toHex(payload));
        if (plainText.iv.length > 0) expect(ivs.has(toHex(plainText.iv))).toBe(false);
        ivs.add(toHex(plainText.iv));
      }
    }
  });

  const authenticators = integrities.filter(({ checks }) => checks);
  const addresses = [
    { local: '192.0.2.1', remote: '198.51.100.2' },
    { local: '2001:db8::1', remote: '2001:db8::2' },
  ];
  it.each(authenticators.flatMap(({ name }) => [false, true].map((esn) => [name, esn] as const)))('AH with %s, ESN %s', (name, esn) => {
    const integrity = integrityByName(name);
    if (integrity === undefined) throw new TypeError('no such algorithm');
    const { left, right } = childPair({ protocol: 'ah', integrity: name, esn });
    const material = left.keysOut.integrity.reveal();
    const sa = prepareAh({
      src: anyAddress,
      dst: anyAddress,
      spi: exactSpi(left.spiOut),
      integrity,
      integrityKey: new Secret(material.subarray(0, integrity.keyLength)),
      integritySalt: new Secret(material.subarray(integrity.keyLength)),
      origin: { file: 'test', line: 1 },
    });
    for (const outer of addresses) {
      const last = esn ? first : 41n;
      const outbound = new OutboundAh(left, seededRandom(9), last);
      const inbound = new InboundAh(right, 64, last);
      for (let length = 0; length < 9; length++) {
        const payload = Uint8Array.from({ length }, (_, i) => i * 7);
        const packet = outbound.seal(payload, 17, outer);
        if (packet === undefined) throw new TypeError('no sequence number left');
        const high = esn ? Number(outbound.sequence.last >> 32n) : undefined;
        expect(checkAh(sa, packet, high)).toMatchObject({ icv: 'good', nextHeader: 17, spi: left.spiOut });
        const opened = inbound.open(packet);
        expect(opened.kind === 'opened' && toHex(opened.payload)).toBe(toHex(payload));
        expect(inbound.open(packet)).toMatchObject({ reason: 'replayed' });
      }
    }
  });
});
