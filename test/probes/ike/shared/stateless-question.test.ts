import { describe, expect, it } from 'vitest';
import { createEndpoint, step } from '../../../../src/engine/ikev2/endpoint.js';
import { statelessQuestion } from '../../../../src/probes/ike/shared/stateless-question.js';
import { responderSettings } from '../../../support/ike-settings.js';
import { seededBytes } from '../../../support/seeded-random.js';
import { decodeWellFormed } from '../../../support/well-formed.js';

const PATH = { channel: 'ike', local: { address: '192.0.2.1', port: 500 }, remote: { address: '198.51.100.2', port: 500 } } as const;

describe('a question that leaves nothing behind', () => {
  it.each([0, 600, 1472, 2400])('of %i bytes is exactly as long, or as short as it can be', (length) => {
    const message = statelessQuestion(seededBytes(1), length);
    expect(message.length).toBe(length === 0 ? message.length : length);
    expect(message.length).toBeGreaterThanOrEqual(180);
    expect(decodeWellFormed(message).header.exchangeType).toBe(34);
  });

  it('is refused by a responder, which keeps no IKE SA of it', () => {
    const endpoint = createEndpoint({ settings: responderSettings(), accept: true }, { random: seededBytes(2), date: () => 0 });
    const result = step(endpoint, { kind: 'message', message: { path: PATH, bytes: statelessQuestion(seededBytes(1)) } }, 0);
    expect(result.send).toHaveLength(1);
    const [answer] = decodeWellFormed(result.send[0]?.bytes ?? new Uint8Array(0)).payloads;
    expect(answer?.kind === 'notify' && answer.value.type).toBe(14);
    expect([...endpoint.table.values()]).toHaveLength(0);
    // Whoever reads the log of `serve` is not to look for what is wrong.
    const down = result.happenings.find(({ kind }) => kind === 'ike-down');
    expect(down).toMatchObject({ refusal: { text: expect.stringContaining('only a question'), notify: 'NO_PROPOSAL_CHOSEN' } });
    expect(down).not.toHaveProperty('refusal.ours');
  });
});
