import { describe, expect, it } from 'vitest';
import { InboundEsp } from '../../../src/engine/esp/inbound-esp.js';
import { OutboundAh } from '../../../src/engine/esp/outbound-ah.js';
import { OutboundEsp } from '../../../src/engine/esp/outbound-esp.js';
import { childPair, seededRandom } from './make-child.js';

const payload = new Uint8Array(8);

describe('an outbound SA', () => {
  it('never uses a sequence number twice', () => {
    const { left } = childPair();
    const esp = new OutboundEsp(left, seededRandom(), 0xffff_fffen);
    expect(esp.seal(payload, 4)?.subarray(4, 8)).toEqual(Uint8Array.of(255, 255, 255, 255));
    expect(esp.seal(payload, 4)).toBeUndefined();
    expect(esp.seal(payload, 4)).toBeUndefined();
    expect(esp.sequence.last).toBe(0xffff_ffffn);
    const ah = new OutboundAh(childPair({ protocol: 'ah', integrity: 'AUTH_HMAC_SHA1_96' }).left, seededRandom(), 0xffff_ffffn);
    expect(ah.seal(payload, 4, { local: '192.0.2.1', remote: '192.0.2.2' })).toBeUndefined();
    const extended = new OutboundEsp(childPair({ esn: true }).left, seededRandom(), 0xffff_ffff_ffff_fffen);
    expect(extended.seal(payload, 4)).toBeDefined();
    expect(extended.seal(payload, 4)).toBeUndefined();
  });

  it('hands out packets that later ones leave alone', () => {
    const { left, right } = childPair({ encryption: 'ENCR_AES_CBC', integrity: 'AUTH_HMAC_SHA1_96' });
    const [esp, inbound] = [new OutboundEsp(left, seededRandom()), new InboundEsp(right, 4096)];
    // More than a block of memory, and single ones larger than that.
    const packets = Array.from({ length: 400 }, (_, i) => esp.seal(new Uint8Array(i % 50 === 0 ? 40_000 : 700).fill(i), 4) ?? payload);
    const opened = packets.map((packet) => inbound.open(packet));
    expect(opened.map((one) => (one.kind === 'opened' ? one.payload[0] : one.reason))).toEqual(packets.map((_, i) => i & 255));
  });

  it.each([
    [
      { encryption: 'ENCR_AES_CBC', integrity: 'AUTH_HMAC_SHA1_96', keyLength: 16 },
      { encryption: 'ENCR_UNHEARD_OF' },
      /no cipher "ENCR_UNHEARD_OF"/,
    ],
    [
      { encryption: 'ENCR_AES_CBC', integrity: 'AUTH_HMAC_SHA1_96', keyLength: 16 },
      { integrity: 'ANY_96' },
      /no integrity algorithm "ANY_96"/,
    ],
    [{}, { encryption: 'ENCR_AES_CBC' }, /takes a salt of 0 bytes/],
    [{ keyLength: 16 }, { encryption: 'ENCR_CHACHA20_POLY1305' }, /takes a key of 32 bytes, not 16/],
    [{ protocol: 'ah', integrity: 'AUTH_HMAC_SHA1_96' }, { integrity: 'AUTH_NOTHING' }, /no integrity algorithm/],
  ] as const)('refuses what it cannot use (%#)', (made, wrong, reason) => {
    const child = { ...childPair(made).left, ...wrong };
    const make = () => (child.protocol === 'ah' ? new OutboundAh(child, seededRandom()) : new OutboundEsp(child, seededRandom()));
    expect(make).toThrow(reason);
  });
});
