import { expect, it } from 'vitest';
import { ProbeFacts } from '../../../../src/probes/ike/shared/probe-facts.js';
import { putOff } from '../../../../src/probes/ike/shared/put-off.js';

const path = { channel: 'natt', local: { address: '192.0.2.1', port: 4500 }, remote: { address: '198.51.100.2', port: 4500 } } as const;

function told(...answers: readonly (readonly [at: number, payload: string, response?: boolean])[]): ProbeFacts {
  const facts = new ProbeFacts();
  for (const [at, payload, response = true] of answers) {
    const message = { exchange: 'CREATE_CHILD_SA', messageId: 5, response, payloads: [payload], path, length: 80, fragments: 1 };
    facts.apply({ kind: 'received', sa: { spiI: '', spiR: '' }, at, ...message });
  }
  return facts;
}

it.each([
  ['one answer', [[20, 'N(TEMPORARY_FAILURE)']], /off, once so far: N\(TEMPORARY_FAILURE\)/],
  [
    'several',
    [
      [20, 'N(TEMPORARY_FAILURE)'],
      [30, 'N(TEMPORARY_FAILURE)'],
    ],
    /off, 2 times so far/,
  ],
  ['one before', [[9, 'N(TEMPORARY_FAILURE)']], undefined],
  ['a request', [[20, 'N(TEMPORARY_FAILURE)', false]], undefined],
  ['another answer', [[20, 'N(NO_PROPOSAL_CHOSEN)']], undefined],
  ['silence', [], undefined],
] as const)('%s', (_, answers, wanted) => {
  const outcome = putOff(told(...answers), 10);
  if (wanted === undefined) expect(outcome).toBeUndefined();
  else expect(outcome).toMatchObject({ status: 'warn', text: expect.stringMatching(wanted) });
});
