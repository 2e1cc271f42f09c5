import { describe, expect, it } from 'vitest';
import type { Ikev2Happening } from '../../../../src/engine/ikev2/happenings.js';
import { ProbeFacts } from '../../../../src/probes/ike/shared/probe-facts.js';

const OLD = { spiI: '0000000000000001', spiR: '0000000000000002' };
const NEW = { spiI: '0000000000000003', spiR: '0000000000000004' };
const PATH = { channel: 'ike', local: { address: '192.0.2.1', port: 500 }, remote: { address: '198.51.100.2', port: 500 } } as const;
const sent = (sa: typeof OLD, exchange: string, at = 0): Ikev2Happening => ({
  kind: 'sent',
  sa,
  at,
  exchange,
  messageId: 0,
  response: false,
  payloads: [],
  path: PATH,
  length: 100,
  fragments: 1,
});

describe('what a probe has learnt', () => {
  it('the IKE SA in use is the last that came up; the end of the one before is none', () => {
    const facts = new ProbeFacts();
    facts.apply(sent(OLD, 'IKE_SA_INIT'));
    facts.apply({ kind: 'ike-up', sa: OLD, at: 1 });
    facts.apply({ kind: 'ike-rekeyed', sa: NEW, at: 2, old: OLD });
    facts.apply(sent(OLD, 'INFORMATIONAL'));
    facts.apply({ kind: 'ike-down', sa: OLD, at: 3, by: 'us' });
    expect([facts.sa, facts.ikeUp, facts.down]).toEqual([NEW, true, undefined]);
    facts.apply({ kind: 'ike-down', sa: NEW, at: 4, by: 'peer' });
    expect([facts.ikeUp, facts.down?.by]).toEqual([false, 'peer']);
  });

  it('messages of a long life are bounded; the first and the last stay', () => {
    const facts = new ProbeFacts();
    for (let i = 0; i < 10_000; i++) facts.apply(sent(OLD, i === 0 ? 'IKE_AUTH' : 'INFORMATIONAL', i));
    expect(facts.sent.length).toBeLessThanOrEqual(400);
    expect([facts.sent[0]?.at, facts.sent.at(-1)?.at, facts.sinceAuth(7)]).toEqual([0, 9999, 7]);
  });

  it('what strangers send is bounded', () => {
    const facts = new ProbeFacts();
    for (let i = 0; i < 1000; i++) {
      facts.apply({ kind: 'ignored', sa: OLD, at: i, reason: `no ${i}`, path: PATH });
      facts.apply({ kind: 'vendor-id', sa: OLD, at: i, bytes: new Uint8Array(4) });
      facts.applyError({ kind: 'error', path: PATH, reason: 'other', text: '' });
    }
    expect([facts.ignored.length, facts.vendorIds.length, facts.errors.length]).toEqual([50, 50, 50]);
  });

  it('beginning anew forgets the IKE SA, and not what was asked beside it', () => {
    const facts = new ProbeFacts();
    facts.address = '198.51.100.2';
    facts.source = '192.0.2.1';
    facts.side.set('4500', { kind: 'silent', sent: 3 });
    facts.apply({ kind: 'ike-down', sa: OLD, at: 4, by: 'us' });
    facts.apply({ kind: 'peer-supports', sa: OLD, at: 4, notifies: ['MOBIKE_SUPPORTED'] });
    facts.beginAgain();
    expect([facts.down, facts.supports.size, facts.address, facts.source, facts.side.size]).toEqual([
      undefined,
      0,
      '198.51.100.2',
      '192.0.2.1',
      1,
    ]);
    facts.apply({ kind: 'ike-up', sa: NEW, at: 5 });
    expect(facts.ikeUp).toBe(true);
  });
});
