import { describe, expect, it } from 'vitest';
import { keyMethodBytes, ourKeyMethod } from '../../../src/engine/openvpn/key-method-message.js';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

const MOST = 10_000;
const message = ourKeyMethod(openvpnSettings('client'), seededBytes(1), { username: 'bob', password: 'secret' });
const bytes = keyMethodBytes(message);

describe('what comes inside TLS', () => {
  it('key method 2 first, then lines, however they are cut', () => {
    const all = Uint8Array.from(Buffer.concat([bytes, Buffer.from('PUSH_REQUEST\0\0EXIT\0half')]));
    const negotiation = new Negotiation(0, 'x', false);
    const whole = negotiation.hear(all, true, MOST);
    expect(whole).toEqual({ keyMethod: message, lines: ['PUSH_REQUEST', 'EXIT'] });
    expect(negotiation.hear(Buffer.from('\0'), true, MOST)).toEqual({ lines: ['half'] });
  });

  it('waits for the rest', () => {
    const negotiation = new Negotiation(0, 'x', false);
    for (let at = 0; at < 200; at++) expect(negotiation.hear(bytes.subarray(at, at + 1), true, MOST)).toEqual({ lines: [] });
    expect(negotiation.hear(bytes.subarray(200), true, MOST).keyMethod?.options).toBe(message.options);
  });

  it.each<[string, Uint8Array]>([
    ['no marker', Buffer.alloc(300, 1)],
    ['key method 1', Buffer.from([0, 0, 0, 0, 1, ...Buffer.alloc(200)])],
  ])('%s is none', (_, junk) => expect(new Negotiation(0, 'x', false).hear(junk, true, MOST).broken).toBeDefined());

  it('does not wait for ever', () => {
    const negotiation = new Negotiation(0, 'x', false);
    negotiation.hear(bytes, true, MOST);
    expect(negotiation.hear(Buffer.alloc(MOST + 1, 65), true, MOST).broken).toContain('without an end');
  });

  it('counts from 1 where the resets went by already', () => {
    const numbers = [false, true].map((resetDone) => {
      const { sender } = new Negotiation(0, 'x', resetDone);
      sender.queue(4, new Uint8Array(0));
      return sender.take(0)[0]?.packetId;
    });
    expect(numbers).toEqual([0, 1]);
  });
});
