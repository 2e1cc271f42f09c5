import { describe, expect, it } from 'vitest';
import { Effects } from '../../../src/engine/ikev1/effects.js';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import { beginTransaction } from '../../../src/engine/ikev1/transaction.js';
import { configurationLine } from '../../../src/wire/ike/configuration-text.js';
import { CFG_ATTRIBUTE_V1, CFG_TYPE } from '../../../src/wire/ike/tables/configuration.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { secret, selector } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const anna = { name: 'anna', password: secret('test-password-not-secret') };
const pool = { pools: [{ first: '10.3.0.1', count: 2 }], dns: ['10.3.0.53'], subnets: [] };
const request = { ipv4: true, ipv6: false, dns: true, subnets: false };
const gateway: Partial<Ikev1Settings> = { xauthUsers: [anna], pool };
const client: Partial<Ikev1Settings> = { xauth: anna, request };

describe.each(['main', 'aggressive'] as const)('XAuth and mode config behind %s mode', (exchange) => {
  it('a user comes in, and its child has the address that it was given', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, ...client }, responder: gateway }).up();
    expect(pair.last('r', 'peer-auth'), pair.trace()).toMatchObject({ verdict: 'valid', method: 'XAuth' });
    expect(pair.last('i', 'our-auth-accepted')?.method).toBe('XAuth as anna');
    expect(pair.last('i', 'child-up')?.child.localSelectors).toMatchObject([{ start: Uint8Array.of(10, 3, 0, 1) }]);
    expect(pair.last('r', 'child-up')?.child.remoteSelectors).toMatchObject([{ start: Uint8Array.of(10, 3, 0, 1) }]);
    expect(pair.all('r', 'ike-up').length).toBe(1);
    expect(pair.timers).toEqual([]);
    pair.command('i', { kind: 'rekey-ike' }).run();
    expect(pair.all('r', 'ike-rekeyed').length, pair.trace()).toBe(1);
    expect(pair.ends.r.registry.pool.size).toBe(1);
    pair.command('i', { kind: 'delete-ike' }).run();
    expect(pair.ends.r.registry.pool.size).toBe(0);
  });

  it('who offers it without a user is asked, and ends it without a name', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, request, xauthUnnamed: true }, responder: gateway }).up();
    expect(pair.last('i', 'ike-down')?.refusal, pair.trace()).toMatchObject({ code: 'xauth-required', by: 'us' });
    expect(pair.last('r', 'peer-auth')?.text).toBe('there is no user ""');
    expect([pair.ends.i.table.size, pair.ends.r.table.size]).toEqual([0, 0]);
  });

  it.each([
    ['a wrong password', { name: 'anna', password: secret('wrong') }, /password of the user "anna" is wrong/],
    ['an unknown user', { name: 'otto', password: secret('wrong') }, /no user "otto"/],
  ])('%s is refused at both ends', (_, xauth, text) => {
    const pair = new Ikev1Pair({ initiator: { exchange, ...client, xauth }, responder: gateway }).up();
    expect(pair.last('r', 'ike-down')?.refusal).toMatchObject({ code: 'xauth-refused', by: 'us' });
    expect(pair.last('r', 'ike-down')?.refusal?.text).toMatch(text);
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'xauth-refused', by: 'peer', ours: `user "${xauth.name}"` });
    expect(pair.all('r', 'ike-up')).toEqual([]);
    expect(pair.timers).toEqual([]);
  });

  it('nobody lets himself in: whether a user is right is the word of the end that asks', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange, ...client },
      responder: gateway,
      // What the gateway asks gets lost, so that it waits.
      network: (message, from) => (from === 'r' && message.bytes[18] === EXCHANGE_V1.Transaction ? [] : [{ message, delay: 1 }]),
    }).up();
    const { env, registry, table } = pair.ends.i;
    const [sa] = table.values();
    if (sa?.kind !== 'established') throw new TypeError('phase 1 did not come up');
    const fx = new Effects(pair.now, env, registry);
    const attributes = [{ type: CFG_ATTRIBUTE_V1.XAUTH_STATUS, value: 1 }];
    beginTransaction(sa, { kind: 'xauth-status' }, { type: CFG_TYPE.CFG_SET, attributes }, fx);
    for (const { path, bytes } of fx.result(undefined).send) {
      const message = { path: { channel: path.channel, local: path.remote, remote: path.local }, bytes };
      pair.feed('r', { kind: 'message', message });
    }
    expect(pair.all('r', 'received').at(-1)?.exchange).toBe('Transaction');
    expect(pair.all('r', 'ike-up')).toEqual([]);
    expect(pair.last('r', 'ignored')?.reason).toContain('XAuth');
  });

  it('an initiator without a user is refused by its proposal', () => {
    const pair = new Ikev1Pair({ initiator: { exchange }, responder: gateway }).up();
    expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('no-proposal-chosen');
  });

  it('no address is left: the child is refused, phase 1 stays', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, ...client }, responder: { ...gateway, pool: { ...pool, pools: [] } } }).up();
    expect(pair.last('i', 'child-refused')?.refusal).toMatchObject({ code: 'internal-address-failure', by: 'peer' });
    expect(pair.ends.i.table.size).toBe(1);
  });

  it('survives loss', () => {
    let n = 0;
    const retransmit = { first: 100, factor: 1.5, tries: 10 };
    const pair = new Ikev1Pair({
      initiator: { exchange, ...client, retransmit },
      responder: { ...gateway, retransmit },
      network: (message) => (++n % 3 === 0 ? [] : [{ message, delay: 1 }]),
    });
    pair.command('i', { kind: 'initiate' }).run(30_000);
    expect(pair.all('i', 'child-up').length, pair.trace()).toBe(1);
    expect(pair.all('r', 'child-up').length).toBe(1);
  });

  it('networks behind the gateway are told as Cisco has them', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange, request: { ...request, subnets: true } },
      responder: { pool: { ...pool, subnets: ['10.2.0.0/16', '2001:db8::/64', '192.0.2.7/32'] } },
    }).up();
    const told = pair.last('i', 'configuration')?.cp.attributes.map((attribute) => configurationLine(attribute, 1));
    expect(told, pair.trace()).toContainEqual(expect.stringMatching(/^UNITY_SPLIT_INCLUDE .*10\.2\.0\.0.*192\.0\.2\.7/));
  });

  it('an address is asked for without XAuth too', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, request }, responder: { pool } }).up();
    expect(pair.last('i', 'child-up')?.child.localSelectors).toMatchObject([{ end: Uint8Array.of(10, 3, 0, 1) }]);
    expect(selector('10.3.0.1/32').end).toEqual(Uint8Array.of(10, 3, 0, 1));
  });

  it.each([
    ['the right answer', anna, undefined],
    ['a wrong password', { name: 'anna', password: secret('wrong') }, /answer to the challenge of the user "anna" is wrong/],
    ['an unknown user', { name: 'otto', password: secret('wrong') }, /no user "otto"/],
  ])('CHAP: %s, and the password never goes over the wire', (_, xauth, text) => {
    const pair = new Ikev1Pair({ initiator: { exchange, ...client, xauth }, responder: { ...gateway, xauthType: 'chap' } }).up();
    const sent = pair.all('i', 'sent').flatMap(({ payloads }) => payloads);
    expect(sent, pair.trace()).not.toEqual([]);
    if (text === undefined) {
      expect(pair.last('r', 'peer-auth')?.text, pair.trace()).toBe('the answer to the challenge of the user "anna" is right');
      expect(pair.all('i', 'child-up').length).toBe(1);
    } else {
      expect(pair.last('r', 'ike-down')?.refusal?.text).toMatch(text);
      expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'xauth-refused', by: 'peer' });
    }
  });

  it('the end that begins may ask the other one: a gateway that rekeys', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, xauthUsers: [anna] }, responder: { xauth: anna } }).up();
    expect(pair.all('i', 'peer-auth').at(-1), pair.trace()).toMatchObject({ verdict: 'valid', method: 'XAuth' });
    expect(pair.last('r', 'our-auth-accepted')?.method).toBe('XAuth as anna');
    expect(pair.all('r', 'child-up').length).toBe(1);
    const wrong = new Ikev1Pair({
      initiator: { exchange, xauthUsers: [anna] },
      responder: { xauth: { name: 'anna', password: secret('wrong') } },
    }).up();
    expect(wrong.last('r', 'ike-down')?.refusal).toMatchObject({ code: 'xauth-refused', by: 'peer' });
  });

  it('a gateway that rekeys phase 1 lets the old one linger: strongSwan takes its children down with what is deleted', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, xauthUsers: [anna] }, responder: { xauth: anna } }).up();
    pair.command('i', { kind: 'rekey-ike' }).run();
    expect(pair.all('i', 'ike-rekeyed').length, pair.trace()).toBe(1);
    expect([pair.ends.i.table.size, pair.ends.r.table.size]).toEqual([2, 2]);
    pair.run(61_000);
    expect([pair.ends.i.table.size, pair.ends.r.table.size], pair.trace()).toEqual([1, 1]);
    expect(pair.all('r', 'child-down')).toEqual([]);
  });

  it.each([true, false])('push: the gateway gives the address unasked (XAuth: %s)', (xauth) => {
    const pair = new Ikev1Pair({
      initiator: { exchange, request, modeConfig: 'push', ...(xauth ? { xauth: anna } : {}) },
      responder: { pool, modeConfig: 'push', ...(xauth ? { xauthUsers: [anna] } : {}) },
    }).up();
    expect(pair.last('i', 'child-up')?.child.localSelectors, pair.trace()).toMatchObject([{ start: Uint8Array.of(10, 3, 0, 1) }]);
    expect(pair.last('r', 'child-up')?.child.remoteSelectors).toMatchObject([{ start: Uint8Array.of(10, 3, 0, 1) }]);
    for (const side of ['i', 'r'] as const) expect(pair.last(side, 'configuration')?.cp.type).toBe(3);
    expect(pair.timers).toEqual([]);
    pair.command('i', { kind: 'rekey-ike' }).run();
    expect(pair.all('r', 'ike-rekeyed').length, pair.trace()).toBe(1);
    expect(pair.ends.r.registry.pool.size).toBe(1);
  });

  it('push without an address left: the child is refused, phase 1 stays', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange },
      responder: { pool: { ...pool, pools: [] }, modeConfig: 'push' },
    }).up();
    expect(pair.last('r', 'child-refused')?.refusal).toMatchObject({ code: 'internal-address-failure', by: 'us' });
    expect(pair.all('r', 'ike-up').length).toBe(1);
  });

  it('one that wants none lets the pushed address be', () => {
    const pair = new Ikev1Pair({ initiator: { exchange }, responder: { pool, modeConfig: 'push' } }).up();
    expect(pair.all('i', 'configuration')).toEqual([]);
    expect(pair.all('i', 'ike-up').length).toBe(1);
  });

  it('a pushed address takes the place of the one that is asked for', () => {
    const pair = new Ikev1Pair({ initiator: { exchange, request }, responder: { pool, modeConfig: 'push' } }).up();
    expect(pair.last('i', 'child-up')?.child.localSelectors, pair.trace()).toMatchObject([{ start: Uint8Array.of(10, 3, 0, 1) }]);
    expect(pair.ends.r.registry.pool.size).toBe(1);
  });

  it('waits for a push no longer than it has patience', () => {
    const retransmit = { first: 500, factor: 2, tries: 3 };
    const pair = new Ikev1Pair({ initiator: { exchange, request, modeConfig: 'push', retransmit }, responder: { pool } });
    pair.command('i', { kind: 'initiate' }).run(5000);
    expect(pair.last('i', 'ike-down')?.refusal, pair.trace()).toMatchObject({ code: 'timeout', by: 'nobody' });
    expect(pair.last('i', 'ike-down')?.refusal?.text).toContain('it may want to be asked (pull)');
  });

  describe('members of a group have one identity', () => {
    const otto = { name: 'otto', password: secret('test-password-of-otto') };
    const both = { xauthUsers: [anna, otto], pool };
    /** A second client of the same name, as this user. */
    const second = (pair: Ikev1Pair, xauth: typeof anna): Ikev1Pair => {
      pair.ends.i = { ...pair.ends.i, settings: { ...pair.ends.i.settings, xauth } };
      return pair.command('i', { kind: 'initiate' }).run();
    };
    const from = (initialContact: boolean) => new Ikev1Pair({ initiator: { exchange, ...client, initialContact }, responder: both }).up();

    it('the first contact of another user voids nothing', () => {
      const pair = second(from(true), otto);
      expect(pair.all('r', 'ike-down'), pair.trace()).toEqual([]);
      expect([...pair.ends.r.table.values()].map((sa) => sa.kind === 'established' && sa.user)).toEqual(['anna', 'otto']);
    });

    it('that of the same user voids what it had', () => {
      const pair = second(from(true), anna);
      expect(pair.all('r', 'ike-down').map(({ refusal }) => refusal?.code)).toEqual(['initial-contact']);
      expect(pair.ends.r.table.size).toBe(1);
    });

    it('before the password is right it is believed by nobody', () => {
      const pair = second(from(true), { name: 'anna', password: secret('wrong') });
      expect(pair.all('r', 'ike-down').map(({ refusal }) => refusal?.code)).toEqual(['xauth-refused']);
      expect(pair.ends.r.table.size).toBe(1);
      expect(pair.all('r', 'child-down')).toEqual([]);
    });

    it('who leaves takes its children with it', () => {
      const pair = from(false);
      const first = pair.last('i', 'ike-up')?.sa;
      second(pair, otto);
      if (first !== undefined) pair.command('i', { kind: 'delete-ike', sa: first }).run();
      expect(pair.all('r', 'ike-rekeyed'), pair.trace()).toEqual([]);
      expect(pair.ends.r.table.size).toBe(1);
      expect(pair.all('r', 'child-down').length).toBe(1);
    });
  });
});
