import { describe, expect, it } from 'vitest';
import { ProbeFacts } from '../../../src/probes/ike/shared/probe-facts.js';
import type { ProbeTarget } from '../../../src/probes/ike/target.js';
import { otherAddressFixes } from '../../../src/probes/shared/other-addresses.js';

describe('otherAddressFixes', () => {
  it.each([
    ['2001:db8::1', ['192.0.2.1'], 'gw has other addresses too (192.0.2.1): vpndoctor probe peer gw -4'],
    ['192.0.2.1', ['2001:db8::1'], 'gw has other addresses too (2001:db8::1): vpndoctor probe peer gw -6'],
    ['192.0.2.1', ['192.0.2.2', '192.0.2.3'], 'gw has other addresses too (192.0.2.2, 192.0.2.3): vpndoctor probe peer 192.0.2.2'],
    ['192.0.2.1', [], undefined],
  ])('%s beside %j', (address, otherAddresses, wanted) => {
    const facts = Object.assign(new ProbeFacts(), { address, otherAddresses });
    expect(otherAddressFixes({ host: 'gw' } as ProbeTarget, facts)[0]?.text).toBe(wanted);
  });
});
