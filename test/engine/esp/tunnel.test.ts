import { describe, expect, it } from 'vitest';
import { Tunnel } from '../../../src/engine/esp/tunnel.js';
import { icmpPacket } from '../../../src/engine/inner/messages.js';
import { type ChildOptions, childPair, seededRandom } from './make-child.js';

const here = { local: '192.0.2.1', remote: '198.51.100.2' };
const there = { local: '198.51.100.2', remote: '192.0.2.1' };
const ping = (bytes = 56, src = '10.1.0.1', dst = '10.2.0.1') => icmpPacket({ src, dst }, 8, 0, 0x70001, new Uint8Array(bytes).fill(7));
const ping6 = (bytes = 56) => icmpPacket({ src: '2001:db8:1::1', dst: '2001:db8:2::1' }, 128, 0, 0x70001, new Uint8Array(bytes).fill(7));

function tunnels(options: ChildOptions = {}) {
  const { left, right } = childPair(options);
  const a = new Tunnel({ random: seededRandom(5), addresses: here });
  const b = new Tunnel({ random: seededRandom(6), addresses: there });
  a.add(left);
  b.add(right);
  return { a, b, left, right };
}

function send(tunnel: Tunnel, packet: Uint8Array): Uint8Array {
  const sealed = tunnel.protect(packet);
  if (sealed.kind !== 'protected') throw new TypeError(sealed.refusal.text);
  return sealed.bytes;
}

describe('a tunnel', () => {
  it('carries packets of both versions both ways', () => {
    const { a, b } = tunnels();
    for (const packet of [ping(), ping6(), ping(0), ping(1473)]) {
      const arrived = b.unprotect('esp', send(a, packet));
      expect(arrived).toMatchObject({ kind: 'packet', spi: 0x2001 });
      expect(arrived.kind === 'packet' && Buffer.from(arrived.packet).equals(packet)).toBe(true);
      const back = a.unprotect('esp', send(b, packet));
      expect(back.kind).toBe('packet');
    }
    expect(a.statistics()).toMatchObject([
      { direction: 'in', packets: 4, lastSequence: 4n },
      { direction: 'out', packets: 4, lastSequence: 4n },
    ]);
  });

  it('carries AH and transport mode', () => {
    for (const options of [
      { protocol: 'ah', integrity: 'AUTH_HMAC_SHA2_256_128', encapsulation: 'none' },
      { protocol: 'ah', integrity: 'AUTH_AES_128_GMAC', encapsulation: 'none', esn: true },
    ] as const) {
      const { a, b } = tunnels(options);
      for (const packet of [ping(), ping6()]) {
        const arrived = b.unprotect('ah', send(a, packet));
        expect(arrived.kind).toBe('packet');
      }
    }
    const { a, b } = tunnels({ mode: 'transport' });
    const packet = ping(20, here.local, here.remote);
    const arrived = b.unprotect('esp', send(a, packet));
    expect(arrived.kind === 'packet' && Buffer.from(arrived.packet).equals(packet)).toBe(true);
  });
});
