import { describe, expect, it } from 'vitest';
import { compareOptions, optionsString } from '../../../src/engine/openvpn/options-string.js';
import type { StaticSettings } from '../../../src/engine/openvpn/settings.js';
import { openvpnCipher } from '../../../src/keymat/openvpn-algorithms.js';
import { End, path, run, settings } from './static-pair.js';

const mirrored: StaticSettings = { ...settings, ifconfig: { local: '10.8.0.1', remoteOrNetmask: '10.8.0.2' } };

function pair(ours: Partial<StaticSettings> = {}, theirs: Partial<StaticSettings> = {}): [End, End] {
  const ends: [End, End] = [new End({ ...settings, ...ours }, 1), new End({ ...mirrored, ...theirs }, 2)];
  for (const end of ends) end.command({ kind: 'connect', path }, 0);
  return ends;
}

it('is up at once, and both ends learn the options of the other', () => {
  const ends = pair();
  run(ends, 0, 500);
  for (const end of ends) {
    expect(end.happenings.slice(0, 3).map(({ kind }) => kind)).toEqual(['up', 'keys', 'keys-active']);
    expect(end.of('options')).toHaveLength(1);
    expect(end.of('options')[0]?.differences).toEqual([]);
  }
  expect(ends[0].of('options')[0]?.theirs).toBe(optionsString(mirrored, false));
  expect(ends[0].of('up')[0]).toMatchObject({ path, parameters: { ifconfig: settings.ifconfig, device: 'tun', tunMtu: 1500 } });
});

it('options that differ are told side by side', () => {
  const theirs = { tunMtu: 1400, compression: { framing: 'lzo', compressOut: false } } as const;
  // Where framing differs nothing is understood: the sizes alone, then.
  const ends = pair({}, { tunMtu: 1400 });
  run(ends, 0, 500);
  expect(ends[0].of('options')[0]?.differences.map(({ option }) => option)).toEqual(['link-mtu', 'tun-mtu']);
  expect(compareOptions(settings, optionsString({ ...mirrored, ...theirs }, false)).map(({ option }) => option)).toContain('comp-lzo');
});

it('a peer that does not answer is asked twelve times', () => {
  const ends = pair();
  run(ends, 0, 30_000, () => true);
  expect(ends[0].of('send-inner').filter(({ what }) => what === 'OCC_REQUEST')).toHaveLength(12);
  expect(ends[0].of('options')).toEqual([]);
});

describe('keepalive', () => {
  it('a ping every ten seconds of silence', () => {
    const ends = pair();
    run(ends, 0, 35_000);
    for (const end of ends) {
      expect(
        end
          .of('send-inner')
          .filter(({ what }) => what === 'ping')
          .map(({ at }) => at),
      ).toEqual([10_000, 20_000, 30_000]);
      expect(end.of('ended')).toEqual([]);
    }
  });

  it('silence for a minute ends it', () => {
    const ends = pair();
    run(ends, 0, 100_000, (now) => now > 5000);
    for (const end of ends) {
      expect(end.of('ended')).toMatchObject([{ at: 60_000, by: 'nobody', refusal: { code: 'ping-timeout', exchange: 'session' } }]);
      expect(end.timers.size).toBe(0);
      expect(end.data.seal(Uint8Array.of(1), 0)).toEqual([]);
    }
  });

  it('zero is never', () => {
    const ends = pair({ keepalive: { ping: 0, timeout: 0 } }, { keepalive: { ping: 0, timeout: 0 } });
    run(ends, 0, 1_000_000, () => true);
    expect(ends[0].of('ended')).toEqual([]);
  });
});

describe('the end', () => {
  it.each([
    [3, [1000, 2000, 3000], 'peer'],
    [1, [1000], 'peer'],
    [0, [], undefined],
  ] as const)('said %i times', (explicitExitNotify, times, theirs) => {
    const ends = pair({ explicitExitNotify });
    run(ends, 0, 999);
    ends[0].command({ kind: 'close', session: 1 }, 1000);
    run(ends, 1000, 5000);
    expect(
      ends[0]
        .of('send-inner')
        .filter(({ what }) => what === 'OCC_EXIT')
        .map(({ at }) => at),
    ).toEqual(times);
    expect(ends[0].of('ended')).toMatchObject([{ by: 'us', at: times.at(-1) ?? 1000 }]);
    expect(ends[1].of('ended').map(({ by }) => by)).toEqual(theirs === undefined ? [] : [theirs]);
    expect(ends[1].of('exit-notify').map(({ how }) => how)).toEqual(theirs === undefined ? [] : ['OCC_EXIT']);
  });

  it('and again', () => {
    const [end] = pair({ explicitExitNotify: 0 });
    end.command({ kind: 'close', session: 1 }, 10);
    end.command({ kind: 'close', session: 1 }, 10);
    end.command({ kind: 'connect', path }, 20);
    expect(end.of('up')).toHaveLength(2);
    expect(end.of('ended')).toHaveLength(1);
  });
});

it('an MTU test is answered and judged', () => {
  const ends = pair();
  run(ends, 0, 500);
  ends[0].command({ kind: 'mtu-test', session: 1 }, 600);
  run(ends, 600, 9500);
  const [mtu] = ends[0].of('mtu');
  expect(mtu?.theirs.received).toBe(mtu?.ours.sent);
  expect(mtu?.ours.sent).toBeGreaterThan(1500);
});

it('a session that begins anew during an MTU test can be tested again', () => {
  const ends = pair({ explicitExitNotify: 0 });
  run(ends, 0, 500);
  ends[0].command({ kind: 'mtu-test', session: 1 }, 600);
  run(ends, 600, 1500);
  ends[0].command({ kind: 'close', session: 1 }, 1500);
  ends[0].command({ kind: 'connect', path }, 1600);
  ends[0].command({ kind: 'mtu-test', session: 1 }, 1700);
  run(ends, 1700, 10_600);
  expect(ends[0].of('mtu')).toHaveLength(1);
});

it('the peer moves', () => {
  const [end] = pair();
  const elsewhere = { ...path, remote: { address: '203.0.113.9', port: 4000 } };
  end.command({ kind: 'moved', session: 1, path: elsewhere }, 10);
  expect(end.of('moved')).toMatchObject([{ path: elsewhere }]);
});

it('AEAD does not go with a static key', () => {
  const cipher = openvpnCipher('AES-256-GCM');
  expect(() => new End({ ...settings, cipher }, 1)).toThrow(/AES-256-GCM does not go with a static key/);
});
