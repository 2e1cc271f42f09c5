import { describe, expect, it } from 'vitest';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { endingLine, tellKeyMethod } from '../../../src/engine/openvpn/peer-words.js';
import type { Session } from '../../../src/engine/openvpn/session.js';
import type { KeyMethodMessage } from '../../../src/wire/openvpn/key-method.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

/** A session as far as it is asked: what it was told in the end. */
function session() {
  const told: unknown[] = [];
  const fake = {
    number: 1,
    settings: openvpnSettings('client'),
    flush: () => told.push('flush'),
    end: (by: string, why: { code: string; text: string } | undefined) => told.push([by, why?.code, why?.text]),
  };
  return { told, session: fake as unknown as Session };
}

describe('lines that end a session', () => {
  it.each([
    ['EXIT', ['peer', undefined, undefined]],
    ['EXIT,code=1', ['peer', undefined, undefined]],
    ['RESTART', ['peer', 'restart', 'the server restarts: it wants us to begin anew']],
    ['RESTART,[N]maintenance', ['peer', 'restart', 'the server restarts: it wants us to begin anew ([N]maintenance)']],
    ['HALT,away', ['peer', 'halt', 'the server told us to stop (away)']],
  ])('%s', (line, ended) => {
    const { told, session: one } = session();
    const fx = openvpnEffects();
    expect(endingLine(one, line, fx)).toBe(true);
    // What was heard is acknowledged before.
    expect(told).toEqual(['flush', ended]);
    expect(newsOf(fx)).toMatchObject([{ kind: 'exit-notify' }]);
  });

  it.each(['EXITING', 'RESTARTED,x', 'PUSH_REPLY', ''])('%s is none', (line) => {
    const { told, session: one } = session();
    const fx = openvpnEffects();
    expect([endingLine(one, line, fx), told, newsOf(fx)]).toEqual([false, [], []]);
  });
});

describe('key method 2 of the peer', () => {
  const said = (peerInfo: string): KeyMethodMessage => ({
    preMaster: undefined,
    random1: new Uint8Array(32),
    random2: new Uint8Array(32),
    options: 'V4,dev-type tap',
    username: '',
    password: '',
    peerInfo,
  });

  it('is told with what differs', () => {
    const negotiation = new Negotiation(2, 'x', false);
    negotiation.theirs = said('IV_VER=2.6.3\nIV_PLAT=linux\n');
    const fx = openvpnEffects();
    tellKeyMethod(session().session, negotiation, fx);
    expect(newsOf(fx)).toMatchObject([
      { kind: 'peer-info', lines: ['IV_VER=2.6.3', 'IV_PLAT=linux'] },
      {
        kind: 'options',
        keyId: 2,
        ours: '',
        theirs: 'V4,dev-type tap',
        differences: expect.arrayContaining([expect.objectContaining({ option: 'dev-type' })]),
      },
    ]);
  });

  it('that is not there tells nothing', () => {
    const fx = openvpnEffects();
    tellKeyMethod(session().session, new Negotiation(0, 'x', false), fx);
    expect(newsOf(fx)).toEqual([]);
  });
});
