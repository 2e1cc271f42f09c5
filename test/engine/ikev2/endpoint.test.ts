import { describe, expect, it } from 'vitest';
import { childText, IkePair } from '../../support/ike-pair.js';
import { initiatorSettings, responderSettings } from '../../support/ike-settings.js';

describe('two endpoints', () => {
  it('establish an IKE SA and a CHILD_SA with a pre-shared key in four messages', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() }).up();
    expect(pair.wire.length, pair.trace()).toBe(4);
    for (const side of ['i', 'r'] as const) {
      expect(pair.last(side, 'ike-up'), JSON.stringify(pair.happenings[side])).toBeDefined();
      expect(pair.last(side, 'peer-auth')?.verdict).toBe('valid');
    }
    const [own, theirs] = [pair.last('i', 'child-up')?.child, pair.last('r', 'child-up')?.child];
    if (own === undefined || theirs === undefined) throw new TypeError('no CHILD_SA');
    expect(childText(own, true)).toBe(childText(theirs, false));
    expect(childText(own, false)).toBe(childText(theirs, true));
    expect(pair.timers).toEqual([]);
  });
});
