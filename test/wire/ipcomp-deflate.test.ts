import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateIpcomp } from '../../src/wire/ipcomp-deflate.js';

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
