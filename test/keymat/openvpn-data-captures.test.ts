import { existsSync, readdirSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { prepareCipher } from '../../src/crypto/cipher.js';
import type * as OpenvpnData from '../../src/keymat/openvpn-data.js';
import { follow } from '../support/openvpn-follow.js';

/** Every packet that real peers sealed, opened by the sniffer and sealed again with its own numbers: the same bytes. */

const sealed = vi.hoisted(() => ({ again: (_header: Uint8Array, _body: Uint8Array, _packet: Uint8Array) => {} }));

vi.mock('../../src/keymat/openvpn-data.js', async (importOriginal) => {
  const real = await importOriginal<typeof OpenvpnData>();
  const options = (header: Uint8Array, iv: Uint8Array) => ({
    header,
    iv: () => iv,
    take: (length: number) => new Uint8Array(length),
    prepare: prepareCipher,
  });
  const watch = (
    opener: OpenvpnData.DataOpener,
    sealerFor: (header: Uint8Array, body: Uint8Array) => OpenvpnData.DataSealer,
  ): OpenvpnData.DataOpener => ({
    ...opener,
    open(header, body) {
      const opened = opener.open(header, body);
      if (opened.authentic === true && opened.plaintext !== undefined) {
        const sealer = sealerFor(header, body);
        sealed.again(header, body, sealer.seal(opened.packetId ?? 0, opened.time ?? 0, opened.plaintext));
        const length = header.length + body.length;
        // What fits is no less than this, and with one byte more it is another length.
        const room = sealer.room(length);
        expect(room).toBeGreaterThanOrEqual(opened.plaintext.length);
        expect(sealer.seal(1, 1, new Uint8Array(room))).toHaveLength(length);
        expect(sealer.seal(1, 1, new Uint8Array(room + 1)).length).toBeGreaterThan(length);
      }
      return opened;
    },
  });
  return {
    ...real,
    prepareAeadOpener: (...[cipher, half]: Parameters<typeof real.prepareAeadOpener>) =>
      watch(real.prepareAeadOpener(cipher, half), (header) => real.prepareAeadSealer(cipher, half, options(header, new Uint8Array(0)))),
    prepareCbcOpener: (...[cipher, digest, half, longIds]: Parameters<typeof real.prepareCbcOpener>) =>
      watch(real.prepareCbcOpener(cipher, digest, half, longIds), (header, body) => {
        const ivAt = digest?.length ?? 0;
        const iv = body.subarray(ivAt, ivAt + (cipher?.cipher.ivLength ?? 0));
        return real.prepareCbcSealer(cipher, digest, half, longIds, options(header, iv));
      }),
  };
});

const slugs = readdirSync('captures').filter((slug) => slug.startsWith('openvpn-') && existsSync(`captures/${slug}/keys.json`));

let total = 0;

it.each(slugs)('%s', (slug) => {
  let count = 0;
  sealed.again = (header, body, packet) => {
    count++;
    total++;
    expect(Buffer.from(packet)).toEqual(Buffer.concat([header, body]));
  };
  const { facts } = follow(slug, true);
  const opened = facts.openvpn
    .flatMap(({ data }) => [data.client, data.server])
    .reduce((sum, data) => sum + (data?.decrypted?.good ?? 0), 0);
  expect(count).toBeGreaterThanOrEqual(opened);
});

it('those were many', () => expect(total).toBeGreaterThan(200));
