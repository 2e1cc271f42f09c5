import { describe, expect, it } from 'vitest';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import { out } from '../../../src/engine/ikev2/payloads.js';
import { FLAG_V2_INITIATOR, FLAG_V2_RESPONSE } from '../../../src/wire/ike/header.js';
import { encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../../src/wire/ike/tables/notify.js';
import { childText, IkePair } from '../../support/ike-pair.js';
import { I500, initiatorSettings, responderSettings } from '../../support/ike-settings.js';

const R500 = { ...I500, local: I500.remote, remote: I500.local };
const EMPTY = { timers: 0, childSpis: 0, leases: 0 };

/** What one end has. */
function children(pair: IkePair, side: 'i' | 'r', inbound: boolean): readonly string[] {
  return [...pair.ends[side].table.values()]
    .flatMap((sa) => (sa.kind === 'established' ? [...sa.children.values()] : []))
    .map(({ sa }) => childText(sa, inbound))
    .sort();
}

describe('lifetimes', () => {
  it.each([
    ['of one end', { ike: 300, child: 60 }, { ike: 0, child: 0 }],
    ['of both ends, which are the same', { ike: 300, child: 60 }, { ike: 300, child: 60 }],
  ])('%s make new SAs in time and never leave a gap', (_, mine, theirs) => {
    const pair = new IkePair({
      initiator: initiatorSettings({ lifetimes: mine }),
      responder: responderSettings({ lifetimes: theirs }),
    }).up();
    for (let n = 0; n < 200; n++) {
      pair.run(5000);
      expect(children(pair, 'i', true).length, `after ${n * 5} s`).toBeGreaterThan(0);
    }
    pair.run(2000);
    expect(children(pair, 'i', true)).toEqual(children(pair, 'r', false));
    expect(pair.all('i', 'ike-rekeyed').length).toBeGreaterThanOrEqual(3);
    expect(pair.all('i', 'child-up').length).toBeGreaterThan(15);
    expect(pair.ends.i.table.size).toBe(1);
  });

  it('end what could not be rekeyed', () => {
    const initiator = initiatorSettings({ lifetimes: { ike: 0, child: 60 } });
    const responder = responderSettings();
    const pair = new IkePair({ initiator, responder }).up();
    const { child: _, ...childless } = responder;
    Object.assign(pair.ends.r, { settings: childless });
    const [sa] = pair.ends.r.table.values();
    if (sa?.kind === 'established')
      for (const record of sa.children.values()) Object.assign(record, { settings: { ...record.settings, proposals: [] } });
    pair.run(70_000);
    expect(pair.all('i', 'child-refused').length).toBeGreaterThan(0);
    expect(pair.last('i', 'child-down')).toBeDefined();
  });
});

describe('what anybody can send', () => {
  const spis = (pair: IkePair) => {
    const [sa] = pair.ends.i.table.values();
    if (sa === undefined) throw new TypeError('no IKE SA');
    return { spiI: sa.spiI, spiR: sa.spiR };
  };
  const clear = (pair: IkePair, exchangeType: number, messageId: number, type: number) =>
    encodeMessage({ ...spis(pair), major: 2, minor: 0, exchangeType, flags: FLAG_V2_RESPONSE, messageId }, [out.notify(type)]);

  it('does not end IKE_AUTH, but explains its timeout', () => {
    let cut = false;
    const pair = new IkePair({
      initiator: initiatorSettings(),
      responder: responderSettings(),
      network: (message, side) => (cut && side === 'r' ? [] : [{ message, delay: 1 }]),
    });
    pair.command('i', { kind: 'initiate' });
    pair.run(1.5);
    cut = true;
    pair.run(1);
    pair.feed('i', { kind: 'message', message: { path: I500, bytes: clear(pair, EXCHANGE.IKE_AUTH, 1, NOTIFY.AUTHENTICATION_FAILED) } });
    expect(pair.all('i', 'ike-down')).toEqual([]);
    pair.run(60_000);
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'timeout', notify: 'AUTHENTICATION_FAILED' });
    expect(pair.last('i', 'ike-down')?.refusal?.text).toContain('without protection somebody said AUTHENTICATION_FAILED');
  });

  it('makes us ask whether the peer still knows the IKE SA, not more', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() }).up();
    pair.run(5000);
    const bytes = encodeMessage({ ...spis(pair), major: 2, minor: 0, exchangeType: EXCHANGE.INFORMATIONAL, flags: 0, messageId: 0 }, [
      out.notify(NOTIFY.INVALID_IKE_SPI),
    ]);
    for (let n = 0; n < 50; n++) pair.feed('i', { kind: 'message', message: { path: I500, bytes } });
    pair.run();
    expect(pair.all('i', 'liveness')).toMatchObject([{ alive: true }]);
    expect(pair.ends.i.table.size).toBe(1);
  });

  it('of IKEv1 ends an initiator that has heard nothing else', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings(), network: () => [] });
    pair.command('i', { kind: 'initiate' });
    const bytes = encodeMessage({ ...spis(pair), major: 1, minor: 0, exchangeType: 5, flags: 0, messageId: 77 }, []);
    pair.feed('i', { kind: 'message', message: { path: I500, bytes } });
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'invalid-major-version', theirs: 'IKE 1.0' });
    expect(pair.timers).toEqual([]);
  });

  it('of IKE 3 is told that we speak 2', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() });
    const header = {
      spiI: new Uint8Array(8).fill(1),
      spiR: new Uint8Array(8),
      exchangeType: EXCHANGE.IKE_SA_INIT,
      flags: FLAG_V2_INITIATOR,
      messageId: 0,
    };
    const bytes = encodeMessage({ ...header, major: 2, minor: 0 }, []);
    bytes[17] = 0x30;
    pair.feed('r', { kind: 'message', message: { path: R500, bytes } });
    expect(pair.last('r', 'sent')?.payloads).toEqual(['N(INVALID_MAJOR_VERSION)']);
    expect(pair.wire[0]?.message.bytes[17]).toBe(0x20);
  });
});

describe('a user who', () => {
  it.each([0, 1, 2, 3])('deletes the IKE SA while it is being made leaves nothing at either end (%i messages in)', (messages) => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings(), limits: { halfOpenTime: 5000 } });
    pair.command('i', { kind: 'initiate' });
    for (let n = 0; n < messages; n++) pair.advance(Number.POSITIVE_INFINITY);
    pair.command('i', { kind: 'delete-ike' });
    pair.run(10_000);
    for (const side of ['i', 'r'] as const) {
      expect(pair.ends[side].table.size).toBe(0);
      expect(pair.ends[side].registry.size).toEqual(EMPTY);
    }
    expect(pair.last('i', 'ike-down')?.by).toBe('us');
    expect(pair.timers).toEqual([]);
  });

  describe.each([
    ['IKE_AUTH', 2],
    ['the IKE SA is up', 10],
  ])('whose way back is lost after %s', (_, milliseconds) => {
    const cutOff = () => {
      let cut = false;
      const pair = new IkePair({
        initiator: initiatorSettings(),
        responder: responderSettings(),
        network: (message, side) => (cut && side === 'r' ? [] : [{ message, delay: 1 }]),
      });
      pair.command('i', { kind: 'initiate' });
      pair.run(milliseconds);
      cut = true;
      pair.run(5);
      expect(pair.ends.r.table.size).toBe(1);
      return pair;
    };

    it('and who gives up leaves nothing at the peer', () => {
      const pair = cutOff();
      pair.command('i', { kind: 'liveness' });
      pair.run(60_000);
      expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('timeout');
      expect([pair.ends.i.table.size, pair.ends.r.table.size]).toEqual([0, 0]);
    });

    it('and who deletes leaves nothing at the peer', () => {
      const pair = cutOff();
      pair.command('i', { kind: 'delete-ike' });
      pair.run(50);
      expect(pair.ends.r.table.size).toBe(0);
      pair.run(60_000);
      expect(pair.ends.i.registry.size).toEqual(EMPTY);
    });
  });

  it('asks too early, or for what is gone, is told so', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() });
    pair.command('i', { kind: 'liveness' });
    expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('not-there');
    pair.command('i', { kind: 'initiate' });
    pair.command('i', { kind: 'rekey-ike' });
    expect(pair.last('i', 'rekey-refused')?.refusal.code).toBe('not-there');
    pair.run();
    pair.command('i', { kind: 'rekey-child', spiIn: 4711 });
    expect(pair.last('i', 'child-refused')?.refusal.code).toBe('not-there');
    pair.command('i', { kind: 'update-addresses', path: I500 });
    expect(pair.last('i', 'update-refused')?.refusal.code).toBe('mobike-not-supported');
    expect(pair.ends.i.table.size).toBe(1);
  });

  it('asks for many things at once gets them one after the other', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() }).up();
    for (let n = 0; n < 5; n++) pair.command('i', { kind: 'create-child', child: initiatorSettings().child as ChildSettings });
    pair.command('i', { kind: 'rekey-ike' });
    pair.command('i', { kind: 'liveness' });
    pair.run();
    expect(children(pair, 'i', true).length).toBe(6);
    expect(children(pair, 'i', true)).toEqual(children(pair, 'r', false));
    expect(pair.last('i', 'liveness')?.alive).toBe(true);
  });
});

it('INITIAL_CONTACT takes the older IKE SA of the same identity away, and no other', () => {
  const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() }).up();
  Object.assign(pair.ends.i, { settings: initiatorSettings({ initialContact: true }) });
  pair.command('i', { kind: 'initiate' });
  pair.run();
  expect(pair.last('r', 'ike-down')?.refusal?.code).toBe('initial-contact');
  expect(pair.ends.r.table.size).toBe(1);
});

it('a responder keeps many initiators apart', () => {
  const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() });
  for (let n = 0; n < 40; n++) pair.command('i', { kind: 'initiate' });
  pair.run();
  expect([pair.ends.i.table.size, pair.ends.r.table.size]).toEqual([40, 40]);
  for (const { sa } of pair.all('i', 'ike-up')) pair.command('i', { kind: 'delete-ike', sa });
  pair.run();
  expect([pair.ends.i.table.size, pair.ends.r.table.size]).toEqual([0, 0]);
  expect(pair.timers).toEqual([]);
});
