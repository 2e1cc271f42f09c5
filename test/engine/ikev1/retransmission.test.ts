import { describe, expect, it } from 'vitest';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { Message } from '../../../src/engine/step.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';
import { pskRemote, secret } from '../../support/ike-settings.js';
import { Ikev1Pair, type Ikev1PairOptions } from '../../support/ikev1-pair.js';

/**
 * The IV of each message comes from the one before it in its exchange (RFC 2409 appendix B): one that is lost, comes twice or late must
 * not move the chain. Each message of a whole life is so treated, one a run.
 */
const user = { name: 'anna', password: secret('test-password') };
const options: Ikev1PairOptions = {
  initiator: { xauth: user, request: { ipv4: true, ipv6: false, dns: true, subnets: false }, retransmit: RETRANSMIT() },
  responder: {
    xauthUsers: [user],
    pool: { pools: [{ first: '10.9.0.1', count: 4 }], dns: ['10.2.0.53'], subnets: [] },
    remoteAuth: pskRemote('test-psk'),
    retransmit: RETRANSMIT(),
  },
};

function RETRANSMIT(): Ikev1Settings['retransmit'] {
  return { first: 200, factor: 1.5, tries: 6 };
}

type Network = NonNullable<Ikev1PairOptions['network']>;

/** Phase 1, XAuth, mode config, quick mode, a rekeying by each end, liveness from each end, the end. */
function life(network: Network): Ikev1Pair {
  const pair = new Ikev1Pair({ ...options, network });
  pair.command('i', { kind: 'initiate' }).run(10_000);
  for (const side of ['i', 'r'] as const) {
    const [sa] = pair.ends[side].table.values();
    const spiIn = sa?.kind === 'established' ? ([...sa.children.keys()].at(-1) ?? 0) : 0;
    pair.command(side, { kind: 'rekey-child', spiIn }).run(10_000);
    pair.command(side, { kind: 'liveness' }).run(10_000);
  }
  return pair;
}

function expectWhole(pair: Ikev1Pair, name = ''): void {
  for (const side of ['i', 'r'] as const) {
    expect(pair.all(side, 'ike-up').length, `${name}\n${pair.trace()}`).toBe(1);
    expect(pair.all(side, 'liveness'), `${name}\n${pair.trace()}`).toMatchObject([{ alive: true }]);
    expect(pair.all(side, 'child-up').length, `${name}\n${pair.trace()}`).toBe(3);
  }
}

/** Each message of a life without faults, by its place. */
const messages = (() => {
  const pair = life((message) => [{ message, delay: 1 }]);
  return pair.wire.map(({ from, message }, at) => {
    const { exchangeType, messageId } = decodeMessage(message.bytes).header;
    return { at, name: `message ${at + 1}, of ${from}, exchange ${exchangeType}, message ID ${messageId.toString(16)}` };
  });
})();

/** Does something to the message at one place of the wire. */
function once(place: number, fault: (message: Message) => ReturnType<Network>): Network {
  let at = -1;
  return (message) => {
    at += 1;
    return at === place ? fault(message) : [{ message, delay: 1 }];
  };
}

const isDeletion = (at: number, pair: Ikev1Pair) =>
  pair.wire[at] !== undefined &&
  (['i', 'r'] as const).some((side) => pair.all(side, 'sent')[placeOf(at, side, pair)]?.payloads.includes('D'));
function placeOf(at: number, side: 'i' | 'r', pair: Ikev1Pair): number {
  return pair.wire[at]?.from === side ? pair.wire.slice(0, at).filter(({ from }) => from === side).length : -1;
}

describe('IKEv1 where one message', () => {
  it('comes as sent', () => {
    const pair = life((message) => [{ message, delay: 1 }]);
    expectWhole(pair);
    for (const side of ['i', 'r'] as const) expect(pair.all(side, 'child-down').length).toBe(2);
    expect(messages.length).toBeGreaterThan(25);
  });

  it('is lost', () => {
    for (const { at, name } of messages) {
      const pair = life(once(at, () => []));
      expectWhole(pair, name);
      const down = pair.all('i', 'child-down').length + pair.all('r', 'child-down').length;
      // Deletions have no answer: the other end keeps the child until it ends by itself.
      expect(down, `${name}\n${pair.trace()}`).toBe(isDeletion(at, pair) ? 3 : 4);
    }
  });

  const faults: readonly (readonly [string, readonly number[]])[] = [
    ['comes twice', [1, 1]],
    ['comes again after a second', [1, 1000]],
    ['comes late', [450]],
  ];
  it.each(faults)('%s', (_, delays) => {
    for (const { at, name } of messages) expectWhole(life(once(at, (message) => delays.map((delay) => ({ message, delay })))), name);
  });
});
