import { describe, expect, it } from 'vitest';
import { childText } from '../../support/ike-pair.js';
import { fqdn, proposal, pskRemote, secret, selector } from '../../support/ike-settings.js';
import { Ikev1Pair, type Ikev1PairOptions, V1_ESP } from '../../support/ikev1-pair.js';

const sides = ['i', 'r'] as const;

/** Children that stand at both ends have the same keys; how many. */
function expectSameChildren(pair: Ikev1Pair): number {
  const standing = (side: 'i' | 'r') => {
    const down = new Set(pair.all(side, 'child-down').map(({ spiIn }) => spiIn));
    return pair.all(side, 'child-up').flatMap(({ child }) => (down.has(child.spiIn) ? [] : [child]));
  };
  const [own, theirs] = [standing('i'), standing('r')];
  const texts = (list: typeof own, inbound: boolean) => list.map((one) => childText(one, inbound)).sort();
  expect(texts(own, true), pair.trace()).toEqual(texts(theirs, false));
  expect(texts(own, false), pair.trace()).toEqual(texts(theirs, true));
  return own.length;
}

const suites: readonly (readonly [string, string])[] = [
  ['3DES PRF_HMAC_MD5 MODP_1024', '3DES AUTH_HMAC_MD5_96'],
  ['DES PRF_HMAC_SHA1 MODP_768', 'DES AUTH_HMAC_SHA1_96'],
  ['AES_CBC_256 PRF_HMAC_SHA2_256 MODP_2048', 'AES_CBC_256 AUTH_HMAC_SHA2_256_128'],
  ['AES_CBC_128 PRF_HMAC_SHA2_512 ECP_256', 'AES_GCM_16_256'],
  ['CAST_128 PRF_HMAC_SHA1 MODP_1536', 'CAST_128 AUTH_HMAC_SHA1_96'],
  ['BLOWFISH_128 PRF_HMAC_SHA2_384 ECP_384', 'BLOWFISH_128 AUTH_AES_XCBC_96'],
  ['CAMELLIA_CBC_192 PRF_HMAC_MD5 MODP_1024', 'NULL AUTH_HMAC_SHA1_96'],
];

describe.each(['main', 'aggressive'] as const)('IKEv1 in %s mode', (exchange) => {
  const pairOf = (options: Ikev1PairOptions = {}) => new Ikev1Pair({ ...options, initiator: { exchange, ...options.initiator } });

  it.each(suites)('comes up with %s and %s', (ike, esp) => {
    const ikeProposals = [proposal('IKE', ike)];
    const base = pairOf();
    const child = (side: 'i' | 'r') => ({ ...base.ends[side].settings.child, proposals: [proposal('ESP', esp)] }) as never;
    const pair = pairOf({ initiator: { ikeProposals, child: child('i') }, responder: { ikeProposals, child: child('r') } }).up();
    for (const side of sides) {
      expect(pair.all(side, 'ike-up').length, pair.trace()).toBe(1);
      expect(pair.last(side, 'peer-auth')?.verdict).toBe('valid');
    }
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.timers).toEqual([]);
  });

  it('tells what was chosen, who the peer is and which keys there are', () => {
    const pair = pairOf().up();
    for (const side of sides) {
      expect(pair.last(side, 'ike-proposal')?.chosen.transforms.map(({ id }) => id)).toEqual([3, 1, 2]);
      expect(pair.last(side, 'nat')).toMatchObject({ supported: true, usBehindNat: false, peerBehindNat: false });
    }
    expect(pair.last('i', 'peer-identity')?.id).toEqual(fqdn('responder.example'));
    expect(pair.last('r', 'peer-identity')?.id).toEqual(fqdn('initiator.example'));
    expect(pair.last('i', 'ikev1-keys')?.cipherKey.reveal()).toEqual(pair.last('r', 'ikev1-keys')?.cipherKey.reveal());
    expect(pair.last('i', 'child-up')?.child).toMatchObject({ encapsulation: 'none', mode: 'tunnel', encryption: 'ENCR_3DES' });
  });

  it.each(sides)('forced by %s ESP goes in UDP, and IKE to port 4500', (side) => {
    const pair = pairOf({ [side === 'i' ? 'initiator' : 'responder']: { encapsulation: 'force' } }).up();
    expect(expectSameChildren(pair)).toBe(1);
    for (const one of sides) expect(pair.last(one, 'child-up')?.child.encapsulation).toBe('udp');
    expect(pair.last('i', 'child-up')?.path.channel).toBe('natt');
    expect(pair.last('r', 'child-up')?.path.channel).toBe('natt');
  });

  it('comes up with PFS', () => {
    const base = pairOf();
    const child = (side: 'i' | 'r') =>
      ({ ...base.ends[side].settings.child, proposals: [proposal('ESP', `${V1_ESP} MODP_1536`)] }) as never;
    const pair = pairOf({ initiator: { child: child('i') }, responder: { child: child('r') } }).up();
    expect(expectSameChildren(pair)).toBe(1);
    for (const side of sides) expect(pair.last(side, 'child-up')?.child.pfsGroup).toBe(5);
  });

  it('comes up in transport mode between the two hosts', () => {
    const hosts = { localSelectors: [selector('192.0.2.1/32')], remoteSelectors: [selector('198.51.100.2/32')] };
    const base = { proposals: [proposal('ESP', V1_ESP)], mode: 'transport' as const, compress: false };
    const pair = pairOf({
      initiator: { child: { ...base, ...hosts } },
      responder: { child: { ...base, localSelectors: hosts.remoteSelectors, remoteSelectors: hosts.localSelectors } },
    }).up();
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.last('r', 'child-up')?.child.mode).toBe('transport');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('survives loss and repetition (seed %i)', (seed) => {
    let state = seed * 7919;
    const draw = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648;
    };
    const pair = pairOf({
      seed,
      network: (message) => (draw() < 0.25 ? [] : draw() < 0.3 ? [1, 2].map((delay) => ({ message, delay })) : [{ message, delay: 1 }]),
      initiator: { retransmit: { first: 100, factor: 1.5, tries: 12 } },
      responder: { retransmit: { first: 100, factor: 1.5, tries: 12 } },
    });
    pair.command('i', { kind: 'initiate' }).run(60_000);
    expect(expectSameChildren(pair), pair.trace()).toBe(1);
    expect(pair.timers).toEqual([]);
  });
});

describe('an established IKEv1 SA', () => {
  it.each(sides)('answers whether it is alive, asked by %s', (side) => {
    const pair = new Ikev1Pair().up();
    pair.command(side, { kind: 'liveness' }).run();
    expect(pair.last(side, 'liveness')).toMatchObject({ alive: true, milliseconds: 2 });
  });

  it.each(sides)('has its child rekeyed by %s, who deletes the old one', (side) => {
    const pair = new Ikev1Pair().up();
    const old = pair.last(side, 'child-up')?.child.spiIn ?? 0;
    pair.command(side, { kind: 'rekey-child', spiIn: old }).run();
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.last(side, 'child-up')?.replaces).toBe(old);
    for (const one of sides) expect(pair.all(one, 'child-down').length).toBe(1);
    expect(pair.timers).toEqual([]);
  });

  it.each(sides)('is rekeyed by %s: its child goes over and can be rekeyed again', (side) => {
    const pair = new Ikev1Pair({ responder: { paths: {} } }).up();
    pair.command(side, { kind: 'rekey-ike' }).run();
    if (side === 'i') {
      for (const one of sides) {
        expect(pair.all(one, 'ike-rekeyed').length, pair.trace()).toBe(1);
        expect(pair.all(one, 'child-down')).toEqual([]);
        expect(pair.ends[one].table.size).toBe(1);
      }
      pair.command(side, { kind: 'rekey-child', spiIn: pair.last(side, 'child-up')?.child.spiIn ?? 0 }).run();
      expect(expectSameChildren(pair)).toBe(1);
    } else {
      // The initiator accepts no strangers.
      expect(pair.last('i', 'ignored')?.reason).toContain('no initiators');
    }
  });

  it.each(sides)('is deleted by %s with all that belongs to it', (side) => {
    const pair = new Ikev1Pair().up();
    pair.command(side, { kind: 'delete-ike' }).run();
    for (const one of sides) {
      expect(pair.last(one, 'ike-down')?.by).toBe(one === side ? 'us' : 'peer');
      expect(pair.all(one, 'child-down').length).toBe(1);
      expect(pair.ends[one].table.size).toBe(0);
      expect(pair.ends[one].registry.size.childSpis).toBe(0);
    }
    expect(pair.timers).toEqual([]);
  });

  it('makes a child for each pair of selectors', () => {
    const child = {
      proposals: [proposal('ESP', V1_ESP)],
      localSelectors: [selector('10.1.0.0/24'), selector('10.1.7.0/24')],
      remoteSelectors: [selector('10.2.0.0/16')],
      mode: 'tunnel' as const,
      compress: false,
    };
    const pair = new Ikev1Pair({ initiator: { child } }).up();
    expect(expectSameChildren(pair)).toBe(2);
  });

  it('is dead when the peer is gone', () => {
    let cut = false;
    const pair = new Ikev1Pair({ initiator: { dpdDelay: 5 }, network: (message) => (cut ? [] : [{ message, delay: 1 }]) }).up();
    cut = true;
    pair.run(60_000);
    expect(pair.last('i', 'liveness')?.alive).toBe(false);
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'timeout', by: 'nobody' });
    expect(pair.timers.filter((name) => name.startsWith('i'))).toEqual([]);
  });

  it('rekeys by itself before lifetimes end', () => {
    const lifetimes = { ike: 100, child: 40 };
    const pair = new Ikev1Pair({ initiator: { lifetimes } }).up();
    pair.run(300_000);
    expect(pair.all('i', 'ike-rekeyed').length, pair.trace()).toBeGreaterThanOrEqual(3);
    expect(expectSameChildren(pair)).toBe(1);
  });

  it('drops what the peer had before when it begins anew with INITIAL-CONTACT', () => {
    const pair = new Ikev1Pair({ initiator: { initialContact: true } }).up();
    pair.command('i', { kind: 'initiate' }).run();
    expect(pair.last('r', 'ike-down')?.refusal?.code).toBe('initial-contact');
    expect(pair.ends.r.table.size).toBe(1);
  });
});

describe('refusals of IKEv1', () => {
  it('a wrong secret in main mode shows at message 5, on both sides', () => {
    const pair = new Ikev1Pair({
      responder: { localAuth: { method: 'psk', secret: secret('other') }, remoteAuth: pskRemote('other') },
    }).up();
    expect(pair.last('r', 'ike-down')?.refusal).toMatchObject({ code: 'psk-mismatch', by: 'us' });
    pair.run(60_000);
    const why = pair.last('i', 'ike-down')?.refusal;
    expect(why).toMatchObject({ code: 'authentication-unanswered', by: 'nobody', notify: 'AUTHENTICATION-FAILED' });
    expect(why?.text).toContain('"initiator.example"');
    for (const side of sides) expect(pair.ends[side].table.size).toBe(0);
    expect(pair.timers).toEqual([]);
  });

  it('a wrong secret in aggressive mode is proved by HASH_R', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange: 'aggressive' },
      responder: { localAuth: { method: 'psk', secret: secret('other') }, remoteAuth: pskRemote('other') },
    }).up();
    expect(pair.last('i', 'peer-auth')).toMatchObject({ verdict: 'invalid' });
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'psk-mismatch', by: 'us', notify: 'INVALID-HASH-INFORMATION' });
  });

  it('a secret that stands under another name is named', () => {
    const remote = pskRemote('unused', { secrets: [{ id: fqdn('somebody.example'), secret: secret('test-psk') }] });
    const pair = new Ikev1Pair({ responder: { remoteAuth: remote } }).up();
    expect(pair.last('r', 'ike-down')?.refusal).toMatchObject({
      code: 'psk-mismatch',
      ours: '"somebody.example"',
      theirs: '"initiator.example"',
    });
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'authentication-failed', by: 'peer' });
  });

  it.each(['main', 'aggressive'] as const)('an unexpected name of the peer in %s mode', (exchange) => {
    const remoteAuth = pskRemote('test-psk', { ids: [fqdn('gateway.example')] });
    const pair = new Ikev1Pair({ initiator: { exchange, remoteAuth } }).up();
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'identity-mismatch', by: 'us', theirs: '"responder.example"' });
  });

  it.each(['main', 'aggressive'] as const)('no common proposal for phase 1 in %s mode', (exchange) => {
    const pair = new Ikev1Pair({
      initiator: { exchange },
      responder: { ikeProposals: [proposal('IKE', 'AES_CBC_256 PRF_HMAC_SHA2_256 MODP_2048')] },
    }).up();
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'no-proposal-chosen', by: 'peer' });
    expect(pair.last('r', 'ike-down')?.refusal?.text).toContain('AES_CBC_256');
    expect(pair.timers).toEqual([]);
  });

  const childRows: readonly (readonly [string, object, string])[] = [
    ['no common proposal for phase 2', { proposals: [proposal('ESP', 'AES_CBC_256 AUTH_HMAC_SHA2_256_128')] }, 'no-proposal-chosen'],
    ['PFS that the responder wants', { proposals: [proposal('ESP', `${V1_ESP} MODP_1024`)] }, 'no-proposal-chosen'],
    ['other proxy identities', { remoteSelectors: [selector('10.9.0.0/16')] }, 'ts-unacceptable'],
    ['the other mode', { mode: 'transport' }, 'no-proposal-chosen'],
  ];
  it.each(childRows)('%s: phase 1 stays', (_, change, code) => {
    const base = new Ikev1Pair().ends.r.settings.child;
    const pair = new Ikev1Pair({ responder: { child: { ...base, ...change } as never } }).up();
    expect(pair.last('i', 'child-refused')?.refusal, pair.trace()).toMatchObject({ code, by: 'peer', exchange: 'Quick Mode' });
    expect(pair.last('r', 'child-refused')?.refusal.by).toBe('us');
    expect(pair.ends.i.table.size).toBe(1);
    expect(pair.ends.i.registry.size.childSpis).toBe(0);
    expect(pair.ends.r.registry.size.childSpis).toBe(0);
    expect(pair.timers).toEqual([]);
  });

  it('silence is told from message 1 on', () => {
    const pair = new Ikev1Pair({ network: () => [] });
    pair.command('i', { kind: 'initiate' }).run(60_000);
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'timeout', by: 'nobody' });
    expect(pair.all('i', 'retransmitted').length).toBe(4);
  });

  it('without a secret the responder is followed until it is needed', () => {
    const pair = new Ikev1Pair({ initiator: { localAuth: { method: 'null' } } }).up();
    expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('no-credentials');
    expect(pair.last('i', 'nat')?.supported).toBe(true);
  });
});

describe('strangers', () => {
  it('half-open SAs are bounded, and go', () => {
    const pair = new Ikev1Pair({
      limits: { halfOpen: 5, halfOpenTime: 10_000 },
      network: (message, from) => (from === 'r' ? [] : [{ message, delay: 1 }]),
    });
    for (let i = 0; i < 20; i++) pair.command('i', { kind: 'initiate' });
    pair.run(10);
    expect(pair.ends.r.table.size).toBe(5);
    pair.run(120_000);
    expect(pair.ends.r.table.size).toBe(0);
    expect(pair.timers).toEqual([]);
  });

  it('no byte of a message can make an endpoint throw', () => {
    const reference = new Ikev1Pair().up();
    for (const { from, message } of reference.wire) {
      for (let at = 0; at < message.bytes.length; at += 3) {
        const bytes = message.bytes.slice();
        bytes[at] = (bytes[at] as number) ^ 0xff;
        const pair = new Ikev1Pair().up();
        const path = { channel: message.path.channel, local: message.path.remote, remote: message.path.local };
        pair.feed(from === 'i' ? 'r' : 'i', { kind: 'message', message: { path, bytes } });
        pair.feed(from === 'i' ? 'r' : 'i', { kind: 'message', message: { path, bytes: bytes.subarray(0, at) } });
      }
    }
  }, 60_000);
});
