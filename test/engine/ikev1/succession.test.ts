import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/engine/step.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { fqdn } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

describe('a phase 1 that its initiator deletes', () => {
  const responder = { localId: fqdn('gateway.example') };

  it('at once, without a tunnel: it most likely expects another identity of us', () => {
    const isQuick = ({ bytes }: Message) => bytes[18] === EXCHANGE_V1['Quick Mode'];
    const pair = new Ikev1Pair({ responder, network: (message) => (isQuick(message) ? [] : [{ message, delay: 1 }]) });
    pair.up().command('i', { kind: 'delete-ike' }).run();
    const down = pair.last('r', 'ike-down');
    expect(down, pair.trace()).toMatchObject({ by: 'peer', refusal: { code: 'unused', by: 'peer' } });
    expect(down?.refusal?.text).toMatch(/another identity of us than "gateway\.example"$/);
  });

  it('with its tunnel is refused by nobody', () => {
    const pair = new Ikev1Pair({ responder });
    pair.up().command('i', { kind: 'delete-ike' }).run();
    const down = pair.last('r', 'ike-down');
    expect(down, pair.trace()).toMatchObject({ by: 'peer' });
    expect(down?.refusal).toBeUndefined();
  });
});
