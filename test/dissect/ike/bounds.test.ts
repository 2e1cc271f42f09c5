import { describe, expect, it } from 'vitest';
import { BoundedList, BoundedTexts, boundedProposals, boundedText } from '../../../src/dissect/ike/bounds.js';
import type { ProposalFacts } from '../../../src/model/ike-session.js';
import { I, init, initReply, mm1, N, NONE, notify, play, R, send, v1, v2, vendor } from './script.js';

const proposal = (transforms: number): ProposalFacts => ({
  number: 1,
  protocol: 'IKE',
  spi: '',
  transforms: Array.from({ length: transforms }, (_, id) => ({ type: 'ENCR', name: 'x', id })),
});

describe('bounds', () => {
  it('texts', () => {
    expect(boundedText('a'.repeat(600))).toBe('a'.repeat(600));
    expect(boundedText('a'.repeat(700))).toBe(`${'a'.repeat(600)}… (700 characters)`);
  });

  it('proposals', () => {
    const usual = [proposal(4), proposal(40)];
    expect(boundedProposals(usual)).toBe(usual);
    expect(boundedProposals([proposal(1000), proposal(24), proposal(1)])).toHaveLength(2);
    expect(boundedProposals([proposal(2000)])).toEqual([]);
  });

  it('lists and sets', () => {
    const list = new BoundedList<number>();
    const texts = new BoundedTexts();
    for (let i = 0; i < 1000; i++) {
      list.push(i);
      texts.add(String(i));
    }
    expect([list.items.length, texts.items.size]).toEqual([256, 256]);
  });

  it('a message of hundreds of payloads leaves short facts', () => {
    const many = v2(
      { spiR: NONE },
      Array.from({ length: 400 }, () => notify(N.COOKIE)),
    );
    const vendors = v1(
      { spiR: NONE, spiI: '1111111111111111' },
      Array.from({ length: 400 }, (_, i) => vendor(i.toString(16).padStart(16, '0'))),
    );
    const { sessions, observed } = play([send(many, 0), send(vendors, 1), send(init(), 2), send(initReply(), 3, R, I), send(mm1(), 4)]);
    expect(observed[0]?.message.payloads).toHaveLength(400);
    expect(sessions[0]?.messages[0]?.payloads.length).toBeLessThan(300);
    expect(sessions[0]?.messages[0]?.payloads.at(-1)).toBe('144 more');
    expect(sessions[0]?.messages[0]?.notifies.length).toBeLessThanOrEqual(256);
    expect(sessions.find(({ protocol }) => protocol === 'ikev1')?.vendorIds.initiator).toHaveLength(256);
  });
});
