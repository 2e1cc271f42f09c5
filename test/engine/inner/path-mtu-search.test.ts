import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathMtuSearch, type PathMtuSettings } from '../../../src/engine/inner/path-mtu-search.js';
import { drive } from './drive.js';
import { narrow } from './routers.js';

const v4 = { src: '10.1.0.1', dst: '10.2.0.1' };
const v6 = { src: '2001:db8:1::1', dst: '2001:db8:2::1' };
const settings: PathMtuSettings = { route: v4, identifier: 9, least: 576, most: 1500, timeout: 500, tries: 2 };
const search = (more: Partial<PathMtuSettings>, host: Parameters<typeof drive>[2]) =>
  drive(new PathMtuSearch({ ...settings, ...more }), undefined, host).result;

describe('a search for the path MTU', () => {
  it('asks once where the largest passes', () => {
    expect(search({}, { mtu: 2000 })).toEqual({
      mtu: 1500,
      outcome: 'whole',
      requests: 1,
      repliesFragmented: false,
      text: 'packets of 1500 bytes pass, the largest tried',
    });
  });

  it.each([
    [v4, 1438, 'packets of up to 1438 bytes pass; larger ones: fragmentation needed, says 10.9.9.9, next-hop MTU 1438'],
    [v6, 1399, 'packets of up to 1399 bytes pass; larger ones: packet too big, says 2001:db8:9::9, next-hop MTU 1399'],
  ] as const)('follows what a router tells (%o)', (route, mtu, text) => {
    const result = search({ route }, narrow(mtu, true));
    expect(result).toMatchObject({ mtu, outcome: 'told', text });
    // The largest, what was told, and one that proves nothing larger passes.
    expect(result.requests).toBeLessThan(4);
  });

  it('finds its way where a router tells no size, or a wrong one', () => {
    expect(search({}, narrow(1000, true, 0))).toMatchObject({ mtu: 1000, outcome: 'told' });
    expect(search({}, narrow(1000, true, 1200))).toMatchObject({ mtu: 1000, outcome: 'told' });
    expect(search({}, narrow(1000, true, 9000))).toMatchObject({ mtu: 1000, outcome: 'told' });
    expect(search({}, narrow(1000, true, 100))).toMatchObject({ mtu: 1000, outcome: 'told' });
  });

  it('takes replies in fragments', () => {
    expect(search({}, { mtu: 1300 })).toMatchObject({ mtu: 1500, repliesFragmented: true });
  });

  it('knows a black hole', () => {
    const result = search({}, narrow(1413, false));
    expect(result).toMatchObject({ mtu: 1413, outcome: 'black-hole' });
    expect(result.text).toBe('packets of up to 1413 bytes pass; larger ones vanish, and nothing says "fragmentation needed"');
    expect(result.requests).toBeLessThan(25);
  });

  it('soon says so when nothing passes', () => {
    const result = search({}, narrow(500, false));
    expect(result).toMatchObject({ outcome: 'silent', requests: 4, text: 'not even packets of 576 bytes came back' });
    expect(result.mtu).toBeUndefined();
  });

  it('finds every MTU, told or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 576, max: 1600 }), fc.boolean(), fc.integer({ min: 0, max: 65_535 }), (mtu, tells, says) => {
        expect(search({}, narrow(mtu, tells, says)).mtu).toBe(Math.min(mtu, 1500));
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
