import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type NonceAead, prepareNonceAead } from '../../src/crypto/nonce-aead.js';
import { openvpnCipher, openvpnCiphers, openvpnDigest } from '../../src/keymat/openvpn-algorithms.js';
import { prepareAeadOpener, prepareCbcOpener } from '../../src/keymat/openvpn-data.js';
import { splitStaticKey } from '../../src/keymat/openvpn-static-key.js';

const half = splitStaticKey(Uint8Array.from({ length: 256 }, (_, i) => i)).halves[0];
const none = new Uint8Array(0);

describe.each(openvpnCiphers.flatMap((cipher) => (cipher.kind === 'aead' ? [cipher] : [])))('$name', (cipher) => {
  const id = Buffer.from('00000007', 'hex');
  const header = Buffer.from('48000001', 'hex');
  const seal = (aad: Uint8Array) => {
    const nonce = Buffer.concat([id, half.hmac.reveal().subarray(0, 8)]);
    const { ciphertext, tag } = prepareNonceAead(
      cipher.name.toLowerCase() as NonceAead,
      half.cipher.reveal().subarray(0, cipher.keyLength),
    ).seal(nonce, Buffer.from('inner'), aad);
    return Buffer.concat([id, tag, ciphertext]);
  };
  const opener = prepareAeadOpener(cipher, half);

  it('P_DATA_V2 protects its header, P_DATA_V1 has none', () => {
    const opened = { authentic: true, packetId: 7, plaintext: Buffer.from('inner'), time: undefined };
    expect(opener.open(header, seal(Buffer.concat([header, id])))).toEqual(opened);
    expect(opener.open(none, seal(id))).toEqual(opened);
    expect(opener.open(header, seal(id))).toMatchObject({ authentic: false, plaintext: undefined });
  });

  it('stands packets cut at any length', () => {
    const sealed = seal(id);
    for (let cut = 0; cut < sealed.length; cut++) expect(opener.open(none, sealed.subarray(0, cut)).plaintext).toBeUndefined();
  });
});

describe('CBC with an HMAC', () => {
  const digest = openvpnDigest('SHA1');
  const cipher = openvpnCipher('aes-256-cbc');
  if (digest === undefined || cipher?.kind !== 'cbc') throw new TypeError('not there');
  const sign = (signed: Uint8Array) =>
    Buffer.concat([createHmac('sha1', half.hmac.reveal().subarray(0, 20)).update(signed).digest(), signed]);
  const seal = (plain: Uint8Array) => {
    const iv = Buffer.alloc(16, 9);
    const run = createCipheriv('aes-256-cbc', half.cipher.reveal().subarray(0, 32), iv);
    return sign(Buffer.concat([iv, run.update(plain), run.final()]));
  };
  const inner = Buffer.from('0000000750ff1e0c69', 'hex');

  it('long packet ids have a time behind them', () => {
    expect(prepareCbcOpener(cipher, digest, half, true).open(none, seal(inner))).toEqual({
      authentic: true,
      packetId: 7,
      time: 0x50ff1e0c,
      plaintext: Buffer.from('i'),
    });
    expect(prepareCbcOpener(cipher, digest, half, false).open(none, seal(inner))).toMatchObject({ packetId: 7, time: undefined });
  });

  it('without a cipher', () =>
    expect(prepareCbcOpener(undefined, digest, half, true).open(none, sign(inner))).toMatchObject({
      packetId: 7,
      plaintext: Buffer.from('i'),
    }));

  it('without a digest nothing says whether it is right', () => {
    expect(prepareCbcOpener(undefined, undefined, half, true).open(none, inner)).toMatchObject({ authentic: undefined, packetId: 7 });
  });

  it('wrong HMAC, wrong padding, any cut', () => {
    const opener = prepareCbcOpener(cipher, digest, half, true);
    const good = seal(inner);
    const changed = Buffer.from(good);
    changed[30] = (changed[30] ?? 0) ^ 1;
    expect(opener.open(none, changed)).toMatchObject({ authentic: false, plaintext: undefined });
    expect(opener.open(none, sign(Buffer.alloc(48)))).toMatchObject({ authentic: true, plaintext: undefined });
    for (let cut = 0; cut < good.length; cut++) expect(opener.open(none, good.subarray(0, cut)).plaintext).toBeUndefined();
  });
});
