import { describe, expect, it } from 'vitest';
import { fqdn } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

describe('an initiator of aggressive mode that falls silent', () => {
  it('after our hash has most likely another secret, as vpnc has it', () => {
    let sent = 0;
    const pair = new Ikev1Pair({
      initiator: { exchange: 'aggressive' },
      responder: { localId: fqdn('gateway.example') },
      network: (message) => (++sent === 1 ? [{ message, delay: 1 }] : []),
    });
    pair.command('i', { kind: 'initiate' }).run(600_000);
    const why = pair.last('r', 'ike-down')?.refusal;
    expect(why, pair.trace()).toMatchObject({ code: 'timeout', by: 'nobody', exchange: 'Aggressive' });
    expect(why?.text).toMatch(/its pre-shared key \(the group password\) is another one than ours, or .* than "gateway\.example"$/);
  });
});
