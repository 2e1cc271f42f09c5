import { describe, expect, it } from 'vitest';
import { Effects } from '../../../src/engine/openvpn/effects.js';
import type { OpenvpnHappening } from '../../../src/engine/openvpn/happenings.js';
import { InnerTalk, sayExit, sayPing, type Talker } from '../../../src/engine/openvpn/inner-talk.js';
import { ArmedTimers } from '../../../src/engine/shared/armed-timers.js';
import {
  encodeOcc,
  OCC_EXIT,
  OCC_MTU_LOAD_REQUEST,
  OCC_MTU_REPLY,
  OCC_MTU_REQUEST,
  OCC_REPLY,
  OCC_REQUEST,
  PING,
  readInnerMessage,
} from '../../../src/wire/openvpn/inner-messages.js';
import { seededBytes } from '../../support/seeded-random.js';

const NONE = new Uint8Array(0);
const talker: Talker = {
  number: 1,
  options: 'V4,dev-type tun',
  tunMtu: 1500,
  traffic: { sentAt: 0, receivedAt: 0, largestSent: 1400, largestReceived: 1300 },
};

function run(action: (talk: InnerTalk, fx: Effects) => void, talk = new InnerTalk()) {
  const fx = new Effects(0, { random: seededBytes(1), date: () => 0 }, new ArmedTimers());
  action(talk, fx);
  const { happenings, timers } = fx.result(undefined);
  const said = happenings.filter((one): one is Extract<OpenvpnHappening, { kind: 'send-inner' }> => one.kind === 'send-inner');
  return { happenings, timers, said: said.map(({ what }) => what), bytes: said.map(({ bytes }) => bytes) };
}

describe('answers', () => {
  it('the options string, with its zero', () => {
    const { said, bytes } = run((talk, fx) => talk.hear(encodeOcc(OCC_REQUEST, NONE), talker, fx));
    expect(said).toEqual(['OCC_REPLY']);
    expect(readInnerMessage(bytes[0] ?? NONE)).toMatchObject({ body: Uint8Array.from(Buffer.from('V4,dev-type tun\0')) });
  });

  it('the largest packets either way', () => {
    const { bytes } = run((talk, fx) => talk.hear(encodeOcc(OCC_MTU_REQUEST, NONE), talker, fx));
    expect(readInnerMessage(bytes[0] ?? NONE)).toEqual({ kind: 'occ', code: OCC_MTU_REPLY, body: Uint8Array.of(5, 20, 5, 120) });
  });

  it('a load, not larger than it must', () => {
    const ask = (size: number) =>
      run((talk, fx) => talk.hear(encodeOcc(OCC_MTU_LOAD_REQUEST, Uint8Array.of(size >> 8, size & 255)), talker, fx));
    expect(ask(1000).said).toEqual(['OCC_MTU_LOAD']);
    expect(ask(1000).bytes[0]?.length).toBeLessThan(1000);
    expect(ask(65_535).bytes[0]?.length).toBeLessThan(9001);
    expect(ask(0).said).toEqual(['OCC_MTU_LOAD']);
  });

  it.each([
    ['a ping', PING],
    ['a cut load request', encodeOcc(OCC_MTU_LOAD_REQUEST, Uint8Array.of(1))],
    ['a result that nobody asked for', encodeOcc(OCC_MTU_REPLY, Uint8Array.of(1, 2, 3, 4))],
    ['an unknown code', encodeOcc(99, NONE)],
    ['nothing of OpenVPN', Uint8Array.of(0x45, 0, 0)],
  ])('nothing to %s', (_, bytes) => expect(run((talk, fx) => expect(talk.hear(bytes, talker, fx).exit).toBe(false)).said).toEqual([]));

  it('the end, and the options of the peer', () => {
    run((talk, fx) => expect(talk.hear(encodeOcc(OCC_EXIT, NONE), talker, fx)).toEqual({ exit: true }));
    run((talk, fx) =>
      expect(talk.hear(encodeOcc(OCC_REPLY, Buffer.from('V4,a\0\0')), talker, fx)).toEqual({ exit: false, options: 'V4,a' }),
    );
  });
});

describe('the MTU test', () => {
  it('sends and asks for every size, then for the result', () => {
    const talk = new InnerTalk();
    const first = run((one, fx) => one.testMtu(talker, fx), talk);
    expect(first.said).toEqual(['OCC_MTU_LOAD_REQUEST', 'OCC_MTU_LOAD']);
    const said: string[] = [];
    for (let i = 0; i < 12; i++) said.push(...run((one, fx) => one.nextMtuStep(talker, fx), talk).said);
    expect(said.filter((what) => what === 'OCC_MTU_LOAD').length).toBe(11);
    expect(said.at(-1)).toBe('OCC_MTU_REQUEST');
    const { happenings } = run((one, fx) => one.hear(encodeOcc(OCC_MTU_REPLY, Uint8Array.of(5, 20, 5, 120)), talker, fx), talk);
    expect(happenings.at(-1)).toMatchObject({ kind: 'mtu', ours: { sent: 1400, received: 1300 }, theirs: { received: 1300, sent: 1400 } });
    expect(run((one, fx) => one.nextMtuStep(talker, fx), talk).said).toEqual([]);
  });

  it('gives up when no result comes', () => {
    const talk = new InnerTalk();
    run((one, fx) => one.testMtu(talker, fx), talk);
    let steps = 0;
    while (steps < 100 && run((one, fx) => one.nextMtuStep(talker, fx), talk).timers.length > 0) steps++;
    expect(steps).toBe(15);
    // It can be begun again.
    expect(run((one, fx) => one.testMtu(talker, fx), talk).said.length).toBe(2);
  });
});

it('pings and says goodbye', () => {
  expect(run((_, fx) => sayPing(talker, fx)).said).toEqual(['ping']);
  expect(run((_, fx) => sayExit(talker, fx)).said).toEqual(['OCC_EXIT']);
});
