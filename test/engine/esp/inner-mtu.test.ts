import { describe, expect, it } from 'vitest';
import { ciphers } from '../../../src/crypto/ciphers.js';
import { Tunnel } from '../../../src/engine/esp/tunnel.js';
import { udpPacket } from '../../../src/engine/inner/messages.js';
import { type ChildOptions, childPair, seededRandom } from './make-child.js';

const v4 = { local: '192.0.2.1', remote: '198.51.100.2' };
const v6 = { local: '2001:db8::1', remote: '2001:db8::2' };

const combined = ciphers.filter(({ icvLength }) => icvLength > 0).map(({ name }) => ({ encryption: name }));
const plain = ciphers
  .filter(({ icvLength }) => icvLength === 0)
  .map(({ name }) => ({ encryption: name, integrity: 'AUTH_HMAC_SHA2_256_128' }));
const ah = ['AUTH_HMAC_SHA1_96', 'AUTH_HMAC_SHA2_512_256', 'AUTH_AES_128_GMAC'].map(
  (integrity) => ({ protocol: 'ah', integrity, encapsulation: 'none' }) as const,
);

describe('the MTU inside', () => {
  const rows: readonly ChildOptions[] = [...combined, ...plain, ...ah];
  it.each(rows.flatMap((row) => (['tunnel', 'transport'] as const).map((mode) => [{ ...row, mode }] as const)))(
    'of %j is exact',
    (options) => {
      for (const addresses of [v4, v6]) {
        const { left } = childPair(options);
        const tunnel = new Tunnel({ random: seededRandom(), addresses });
        expect(tunnel.innerMtu(1500)).toBeUndefined();
        tunnel.add(left);
        const outer = addresses === v4 ? 20 : 40;
        const encapsulation = left.encapsulation === 'udp' ? 8 : 0;
        const size = (length: number) => {
          const sealed = tunnel.protect(
            udpPacket({ src: addresses.local, dst: addresses.remote }, 1, 2, new Uint8Array(length - outer - 8)),
          );
          if (sealed.kind !== 'protected') throw new TypeError(sealed.refusal.text);
          return sealed.bytes.length + (left.protocol === 'ah' ? 0 : outer + encapsulation);
        };
        for (const mtu of [1500, 1492, 1491, 1280, 1400]) {
          const inner = tunnel.innerMtu(mtu) ?? 0;
          expect([size(inner) <= mtu, size(inner + 1) <= mtu]).toEqual([true, false]);
        }
      }
    },
  );
});
