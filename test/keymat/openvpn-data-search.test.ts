import { describe, expect, it } from 'vitest';
import { noBytes, prepareCipher } from '../../src/crypto/cipher.js';
import { openvpnCipher, openvpnCiphers, openvpnDigest, openvpnDigests } from '../../src/keymat/openvpn-algorithms.js';
import { prepareAeadSealer, prepareCbcSealer } from '../../src/keymat/openvpn-data.js';
import { searchStaticOpener, searchTlsOpener, searchUnsignedOpener, signsStatic } from '../../src/keymat/openvpn-data-search.js';
import { splitStaticKey } from '../../src/keymat/openvpn-static-key.js';

const { halves } = splitStaticKey(Uint8Array.from({ length: 256 }, (_, i) => (i * 11) & 0xff));
const candidates = [
  { key: 'first', half: halves[0] },
  { key: 'second', half: halves[1] },
] as const;
const NOW = 1_700_000_000;
const inner = Buffer.from('what a tunnel carries');
const header = Uint8Array.of(0x48, 0, 0, 1);

/** A packet of the second half. */
function seal(
  cipherName: string,
  digestName: string,
  options: { readonly long?: boolean; readonly time?: number; readonly id?: number } = {},
) {
  const { long = true, time = NOW, id = 7 } = options;
  const cipher = openvpnCipher(cipherName);
  const iv = new Uint8Array(cipher?.cipher.ivLength ?? 0).fill(9);
  const parts = { header: noBytes, iv: () => iv, take: (length: number) => new Uint8Array(length), prepare: prepareCipher };
  if (cipher?.kind === 'aead') return prepareAeadSealer(cipher, halves[1], { ...parts, header }).seal(id, 0, inner);
  return prepareCbcSealer(cipher, openvpnDigest(digestName), halves[1], long, parts).seal(id, time, inner);
}

const named = (found: ReturnType<typeof searchStaticOpener<string>>) =>
  found && [
    found.key,
    found.cipher?.name ?? 'none',
    found.digest?.name ?? 'none',
    Buffer.from(found.opened.plaintext ?? noBytes).toString(),
  ];

describe('static keys', () => {
  const suites = [
    ...openvpnCiphers.filter(({ kind }) => kind === 'cbc').map(({ name }) => [name, 'SHA1'] as const),
    ...openvpnDigests.map(({ name }) => ['AES-128-CBC', name] as const),
    ['none', 'SHA512'] as const,
  ];
  it.each(suites)('%s with %s', (cipher, digest) => {
    expect(named(searchStaticOpener(seal(cipher, digest), candidates, {}, NOW))).toEqual(['second', cipher, digest, inner.toString()]);
  });

  it('a clock that is ten years off is believed, a day more is not', () => {
    const years = 10 * 365 * 86_400;
    for (const [time, found] of [
      [NOW - years, true],
      [NOW + years, true],
      [NOW - years - 1, false],
      [NOW + years + 1, false],
    ] as const)
      expect(searchStaticOpener(seal('AES-128-CBC', 'MD5', { time }), candidates, {}, NOW) !== undefined).toBe(found);
    expect(searchStaticOpener(seal('AES-128-CBC', 'MD5', { id: 0 }), candidates, {}, NOW)).toBeUndefined();
  });

  it('without an HMAC what is inside decides', () => {
    const packet = seal('BF-CBC', 'none');
    expect(searchStaticOpener(packet, candidates, {}, NOW)).toBeUndefined();
    const isOurs = ({ plaintext = noBytes }: { readonly plaintext?: Uint8Array | undefined }) => Buffer.compare(plaintext, inner) === 0;
    expect(named(searchUnsignedOpener(packet, candidates, { cipher: 'BF-CBC' }, NOW, isOurs))).toEqual([
      'second',
      'BF-CBC',
      'none',
      inner.toString(),
    ]);
    expect(searchUnsignedOpener(packet, candidates, {}, NOW, () => false)).toBeUndefined();
  });

  it('who signed', () => {
    const packet = seal('AES-256-CBC', 'SHA256');
    const [sha256, sha1] = [openvpnDigest('SHA256'), openvpnDigest('SHA1')];
    if (sha256 === undefined || sha1 === undefined) throw new TypeError('no digest');
    expect(halves.map((half) => signsStatic(sha256, half, packet))).toEqual([false, true]);
    expect(signsStatic(sha1, halves[1], packet)).toBe(false);
    expect(signsStatic(sha256, halves[1], packet.subarray(0, 40))).toBe(false);
  });
});

describe('TLS', () => {
  it.each(openvpnCiphers.map(({ name, kind }) => [name, kind === 'aead' ? 'none' : 'SHA384'] as const))('%s with %s', (cipher, digest) => {
    const packet = seal(cipher, digest, { long: false });
    const aead = digest === 'none';
    // What an HMAC signed another cipher may open by chance.
    const accept = ({ plaintext }: { readonly plaintext: Uint8Array | undefined }) => Buffer.compare(plaintext ?? noBytes, inner) === 0;
    const body = aead ? packet.subarray(header.length) : packet;
    const hint = { cipher: 'aes-192-gcm', digest: 'sha384' };
    expect(named(searchTlsOpener(aead ? header : noBytes, body, candidates, hint, accept))).toEqual([
      'second',
      cipher,
      digest,
      inner.toString(),
    ]);
    expect(
      searchTlsOpener(
        aead ? header : noBytes,
        body.map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
        candidates,
        hint,
      ),
    ).toBeUndefined();
  });
});
