import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../../src/engine/openvpn/agreement.js';
import { Farewell, type Leaver } from '../../../src/engine/openvpn/farewell.js';
import { refusal } from '../../../src/engine/openvpn/refusals.js';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { ArmedTimers } from '../../../src/engine/shared/armed-timers.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

interface Case {
  readonly role?: 'client' | 'server';
  readonly over?: Partial<TlsSettings>;
  readonly phase?: Leaver['phase'];
  readonly agreed?: Partial<Agreement>;
}

/** A session that is up, and what it says and comes to. */
function leaver({ role = 'client', over = {}, phase = 'up', agreed = {} }: Case = {}) {
  const lines: string[] = [];
  const ends: unknown[] = [];
  const keys = { quiet: false };
  const session: Leaver = {
    number: 1,
    settings: openvpnSettings(role, over),
    agreed: { explicitExitNotify: 3, controlExit: false, ...agreed } as Agreement,
    phase,
    keys,
    talk: { sayLine: (text) => lines.push(text) > 0 },
    end: (by, why) => {
      session.phase = 'ended';
      ends.push([by, why?.code]);
    },
  };
  const armed = new ArmedTimers();
  const step = (what: (fx: ReturnType<typeof openvpnEffects>) => void) => {
    const fx = openvpnEffects(0, armed);
    what(fx);
    return {
      said: newsOf(fx).map(({ what: word }) => word),
      timers: fx.result(undefined).timers.map(({ id, at }) => [id.replace(/.*\//, ''), at]),
    };
  };
  return { farewell: new Farewell(session), session, lines, ends, keys, step };
}

const why = refusal('auth-failed', 'us', 'credentials', 'not ours');

describe('a goodbye', () => {
  it.each<[string, Case]>([
    ['before the session is up', { phase: 'handshake' }],
    ['that nobody wants', { agreed: { explicitExitNotify: 0 } }],
  ])('%s is none', (_, how) => {
    const { farewell, step, lines, ends } = leaver(how);
    expect(step((fx) => farewell.say(fx))).toEqual({ said: [], timers: [] });
    expect([lines, ends]).toEqual([[], [['us', undefined]]]);
  });

  it.each<[string, Case, string]>([
    ['a server that pushes', { role: 'server' }, 'RESTART'],
    ['a client, where both know it', { agreed: { controlExit: true } }, 'EXIT'],
    ['one of two that push nothing', { role: 'server', over: { pushes: false }, agreed: { controlExit: true } }, 'EXIT'],
  ])('of %s is a line, whose acknowledgment is waited for', (_, how, line) => {
    const { farewell, step, lines, ends, keys, session } = leaver(how);
    expect(step((fx) => farewell.say(fx))).toEqual({ said: [], timers: [['exit', 2000]] });
    expect([lines, session.phase]).toEqual([[line], 'closing']);
    step((fx) => farewell.settle(fx));
    expect(ends).toEqual([]);
    keys.quiet = true;
    step((fx) => farewell.settle(fx));
    expect(ends).toEqual([['us', undefined]]);
  });

  it('through the data channel is said several times, and no acknowledgment of others ends it before', () => {
    const { farewell, step, lines, ends, keys } = leaver();
    keys.quiet = true;
    expect(step((fx) => farewell.say(fx))).toEqual({ said: ['OCC_EXIT'], timers: [['exit', 1000]] });
    step((fx) => farewell.settle(fx));
    expect(step((fx) => farewell.onTimer(fx))).toEqual({ said: ['OCC_EXIT'], timers: [['exit', 1000]] });
    expect(ends).toEqual([]);
    expect(step((fx) => farewell.onTimer(fx))).toEqual({ said: ['OCC_EXIT'], timers: [] });
    expect([lines, ends]).toEqual([[], [['us', undefined]]]);
  });
});

describe('who leaves for a reason', () => {
  it('ends with it when the peer has heard', () => {
    const { farewell, step, ends, keys } = leaver();
    step((fx) => farewell.leave('us', why, fx));
    keys.quiet = true;
    step((fx) => farewell.settle(fx));
    expect(ends).toEqual([['us', 'auth-failed']]);
  });

  it('ends with it when the peer does not answer', () => {
    const { farewell, step, ends } = leaver({ phase: 'handshake' });
    step((fx) => fx.timer(1, 'handshake', 60_000));
    // The handshake is not waited for any more.
    expect(step((fx) => farewell.leave('peer', why, fx)).timers).toEqual([
      ['handshake', undefined],
      ['exit', 2000],
    ]);
    step((fx) => farewell.onTimer(fx));
    expect(ends).toEqual([['peer', 'auth-failed']]);
  });

  it('keeps the reason when it is told to go meanwhile', () => {
    const { farewell, step, ends } = leaver();
    step((fx) => farewell.leave('us', why, fx));
    step((fx) => farewell.say(fx));
    expect(ends).toEqual([['us', 'auth-failed']]);
  });
});

it('nothing settles a session that stays', () => {
  const { farewell, step, ends, keys } = leaver();
  keys.quiet = true;
  step((fx) => farewell.settle(fx));
  expect(ends).toEqual([]);
});
