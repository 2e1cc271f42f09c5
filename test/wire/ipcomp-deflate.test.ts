import { createCipheriv } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflateIpcomp, inflateIpcomp } from '../../src/wire/ipcomp-deflate.js';

const HEADER = Buffer.from([4, 0, 0x34, 0x91]);
const packet = (compressed: Uint8Array) => Buffer.concat([HEADER, compressed]);

describe('inflateIpcomp', () => {
  it('gives back what was deflated', () => {
    const inner = Buffer.alloc(500, 'ping');
    expect(inflateIpcomp(packet(deflateRawSync(inner)))).toEqual(inner);
  });

  it('leaves alone what is not DEFLATE, cut, or empty', () => {
    const whole = packet(deflateRawSync(Buffer.alloc(500, 'ping')));
    for (let length = 0; length < whole.length; length++) expect(inflateIpcomp(whole.subarray(0, length))).toBeUndefined();
    expect(inflateIpcomp(packet(Buffer.alloc(40, 0xff)))).toBeUndefined();
  });

  it('inflates nothing beyond the size of an IP datagram', () => {
    expect(inflateIpcomp(packet(deflateRawSync(Buffer.alloc(70_000))))).toBeUndefined();
    expect(inflateIpcomp(packet(deflateRawSync(Buffer.alloc(65_535))))?.length).toBe(65_535);
  });
});

/** Nothing that shrinks, and the same each time. */
const noiseOf = (length: number) => createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));

describe('deflateIpcomp', () => {
  it('makes what inflates again, with its header in front', () => {
    const inner = Buffer.alloc(1400, 'ping, ');
    const packet = deflateIpcomp(inner, 4, 0x3491);
    expect(packet?.subarray(0, 4)).toEqual(Uint8Array.of(4, 0, 0x34, 0x91));
    expect(packet === undefined ? undefined : inflateIpcomp(packet)).toEqual(inner);
  });

  it('reaches back no farther than Linux follows', () => {
    // Noise that repeats after 3,000 bytes would shrink by half with a larger window.
    const noise = noiseOf(3000);
    expect(deflateIpcomp(Buffer.concat([noise, noise]), 4, 256)).toBeUndefined();
    expect(deflateIpcomp(Buffer.concat([noise.subarray(0, 900), noise.subarray(0, 900)]), 4, 256)?.length).toBeLessThan(1000);
  });

  it.each([
    ['short', new Uint8Array(89)],
    ['noise', noiseOf(500)],
  ])('leaves alone what would not shrink: %s', (_name, payload) => expect(deflateIpcomp(payload, 4, 256)).toBeUndefined());
});
