import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/engine/step.js';
import { fqdn, secret } from '../../support/ike-settings.js';
import { Ikev1Pair, type Ikev1PairOptions } from '../../support/ikev1-pair.js';

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
    expect(why?.text).toMatch(
      /its pre-shared key \(the group password\) is another one than ours, or .* than "gateway\.example", or nothing more than this answer/,
    );
  });
});

/** Encrypted messages of an initiator that the responder has answered `from` times. */
function cutFrom(side: 'i' | 'r', from: number, options: Ikev1PairOptions = {}): Ikev1Pair {
  let sent = 0;
  const pair = new Ikev1Pair({
    ...options,
    network: (message, whose) => (whose === side && ++sent > from ? [] : [{ message, delay: 1 }]),
  });
  return pair.command('i', { kind: 'initiate' }).run(600_000);
}

/** The same message with a body that no key opens. */
function encrypted(message: Message): Message {
  const bytes = new Uint8Array(28 + 64).fill(0x5a);
  bytes.set(message.bytes.subarray(0, 28));
  bytes.set([1, 1, 2, 3, 4, 0, 0, 0, bytes.length], 19);
  return { ...message, bytes };
}

describe('an initiator that does not go on, as the responder tells it', () => {
  it.each([
    ['after our first answer, as scanners do', cutFrom('i', 1), /after our first answer: .* as ike-scan and probe scan do$/],
    ['after message 4', cutFrom('i', 2), /nothing came behind message 4, .* has no pre-shared key for our address/],
    [
      'after message 4, where UDP 4500 is blocked',
      cutFrom('i', 2, { initiator: { encapsulation: 'force' } }),
      /message 5 was to come to the port of NAT traversal .* that port is blocked on the way here$/,
    ],
    [
      'because our answers are lost',
      cutFrom('r', 1),
      /sent its last message again, and was answered \d+ times: our answers do not get back/,
    ],
  ])('%s', (_name, pair, says) => {
    const why = pair.last('r', 'ike-down')?.refusal;
    expect(why, pair.trace()).toMatchObject({ code: 'half-open-timeout', by: 'nobody' });
    expect(why?.text).toMatch(says);
  });

  it('and refuses our hash of aggressive mode with keys of another secret', () => {
    let sent = 0;
    const pair = new Ikev1Pair({
      initiator: { exchange: 'aggressive', localAuth: { method: 'psk', secret: secret('another') } },
      // Ours says it in clear; strongSwan encrypts it.
      network: (message, from) => [{ message: from === 'i' && ++sent > 1 ? encrypted(message) : message, delay: 1 }],
    });
    pair.command('i', { kind: 'initiate' }).run(600_000);
    expect(pair.all('r', 'ignored').map(({ reason }) => reason)).toContainEqual(expect.stringMatching(/its pre-shared key is another one/));
    expect(pair.last('r', 'ike-down')?.refusal?.text, pair.trace()).toMatch(/with something that our keys do not open: its pre-shared key/);
  });
});
