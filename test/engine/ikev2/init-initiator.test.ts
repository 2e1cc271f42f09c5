import { describe, expect, it } from 'vitest';
import { out } from '../../../src/engine/ikev2/payloads.js';
import type { OutgoingPayload } from '../../../src/wire/ike/chain.js';
import { FLAG_V2_RESPONSE } from '../../../src/wire/ike/header.js';
import { decodeMessage, encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../../src/wire/ike/tables/notify.js';
import { IkePair } from '../../support/ike-pair.js';
import { I500, IKE, ITCP, initiatorSettings, proposal, responderSettings } from '../../support/ike-settings.js';

const GROUPS = [proposal('IKE', `${IKE} ECP_256 ECP_384`)];

/** An initiator whose only peer is this test. */
class Alone {
  readonly pair: IkePair;

  constructor() {
    this.pair = new IkePair({ initiator: initiatorSettings({ ikeProposals: GROUPS }), responder: responderSettings(), network: () => [] });
    this.pair.command('i', { kind: 'initiate' });
  }

  answer(payloads: readonly OutgoingPayload[], spiR = new Uint8Array(8)): void {
    const [sa] = this.pair.ends.i.table.values();
    if (sa === undefined) return;
    const header = { spiI: sa.spiI, spiR, major: 2, minor: 0, exchangeType: EXCHANGE.IKE_SA_INIT, flags: FLAG_V2_RESPONSE, messageId: 0 };
    this.pair.feed('i', { kind: 'message', message: { path: I500, bytes: encodeMessage(header, payloads) } });
  }

  get refusal() {
    return this.pair.last('i', 'ike-down')?.refusal;
  }

  /** Group of the last KE payload that went out. */
  get group(): number | undefined {
    const bytes = this.pair.wire.at(-1)?.message.bytes ?? new Uint8Array(0);
    for (const { kind, value } of decodeMessage(bytes).payloads) if (kind === 'ke') return value.group;
    return undefined;
  }
}

const cookie = (n: number) => [out.notify(NOTIFY.COOKIE, Uint8Array.of(n, 1, 2, 3))];
const wants = (group: number) => [out.notify(NOTIFY.INVALID_KE_PAYLOAD, Uint8Array.of(group >> 8, group & 255))];
const SPI = new Uint8Array(8).fill(5);
const KE = out.ke(31, new Uint8Array(32).fill(9));
const NONCE = out.nonce(new Uint8Array(32).fill(9));
const CHOSEN = out.sa([proposal('IKE', IKE)]);

describe('the answer to IKE_SA_INIT', () => {
  it('may ask for a cookie, which then stands in front of the same message', () => {
    const alone = new Alone();
    alone.answer(cookie(1));
    const [first, second] = alone.pair.wire.map(({ message }) => decodeMessage(message.bytes).payloads);
    expect(second?.map(({ name }) => name)).toEqual(['N(COOKIE)', ...(first ?? []).map(({ name }) => name)]);
    expect(second?.slice(1, 4).map(({ body }) => body)).toEqual(first?.slice(0, 3).map(({ body }) => body));
    alone.answer(cookie(1));
    expect(alone.pair.wire.length, 'the same cookie again is an old answer').toBe(2);
  });

  it('that asks for cookies without end is a loop', () => {
    const alone = new Alone();
    for (let n = 0; n < 20; n++) alone.answer(cookie(n));
    expect(alone.refusal).toMatchObject({ code: 'init-loop', by: 'us' });
    expect(alone.pair.wire.length).toBe(7);
    expect(alone.pair.timers).toEqual([]);
  });

  it('may ask for another group that was offered', () => {
    const alone = new Alone();
    alone.answer(wants(20));
    expect(alone.group).toBe(20);
    alone.answer(wants(20));
    expect(alone.pair.wire.length).toBe(2);
  });

  it.each<[string, number[], string]>([
    ['a group that was not offered', [14], 'wants group MODP_2048, which we did not offer'],
    ['no group at all', [0], 'which we did not offer'],
    ['a group that it has refused before', [19, 31], 'wants group CURVE25519 again after it had refused it'],
  ])('that asks for %s is a refusal', (_, groups, text) => {
    const alone = new Alone();
    for (const group of groups) alone.answer(wants(group));
    expect(alone.refusal).toMatchObject({ code: 'invalid-ke-payload', by: 'peer', notify: 'INVALID_KE_PAYLOAD' });
    expect(alone.refusal?.text).toContain(text);
    expect(alone.refusal?.ours).toBe('CURVE25519, ECP_256, ECP_384');
  });

  it.each([
    ['an address', [1, 4, 192, 0, 2, 9], '192.0.2.9'],
    ['a name', [3, 4, ...Buffer.from('gw.x')], 'gw.x'],
    ['nothing that can be read', [1], 'malformed'],
  ])('that redirects to %s says so (RFC 5685)', (_, data, where) => {
    const alone = new Alone();
    alone.answer([out.notify(NOTIFY.REDIRECT, Uint8Array.from(data))]);
    expect(alone.refusal).toMatchObject({ code: 'redirect', by: 'peer', notify: 'REDIRECT' });
    expect(alone.refusal?.theirs).toContain(where);
  });

  it.each<[string, readonly OutgoingPayload[], string, string]>([
    ['without SA', [KE, NONCE], 'invalid-syntax', 'no SA payload'],
    ['without KE', [CHOSEN, NONCE], 'invalid-syntax', 'no KE payload'],
    ['without nonce', [CHOSEN, KE], 'invalid-syntax', 'the nonce is missing'],
    ['with a short nonce', [CHOSEN, KE, out.nonce(new Uint8Array(8))], 'invalid-syntax', '8 bytes, 16 to 256'],
    [
      'with what was not offered',
      [out.sa([proposal('IKE', 'AES_CBC_128 AUTH_HMAC_SHA1_96 PRF_HMAC_SHA1 CURVE25519')]), KE, NONCE],
      'invalid-choice',
      'AES_CBC_128, which was not offered',
    ],
    ['with two groups', [out.sa([proposal('IKE', `${IKE} ECP_256`)]), KE, NONCE], 'invalid-choice', 'two transforms of type KE'],
    ['with a KE of another group', [CHOSEN, out.ke(19, new Uint8Array(64)), NONCE], 'invalid-choice', 'not for the group that we sent'],
    ['with a public value of the wrong length', [CHOSEN, out.ke(31, new Uint8Array(31)), NONCE], 'invalid-ke-data', '32 bytes are needed'],
    ['with a public value of small order', [CHOSEN, out.ke(31, new Uint8Array(32)), NONCE], 'invalid-ke-data', 'small order'],
  ])('%s is refused by us', (_, payloads, code, text) => {
    const alone = new Alone();
    alone.answer(payloads, SPI);
    expect(alone.refusal).toMatchObject({ code, by: 'us', exchange: 'IKE_SA_INIT' });
    expect(alone.refusal?.text).toContain(text);
    expect(alone.pair.timers).toEqual([]);
  });
});

it('over TCP nothing is sent twice, but the wait has an end (RFC 9329)', () => {
  const pair = new IkePair({
    initiator: initiatorSettings({ paths: { tcp: ITCP } }),
    responder: responderSettings(),
    network: () => [],
  }).up();
  pair.run(15_000);
  expect(pair.all('i', 'ike-down')).toEqual([]);
  pair.run(5000);
  expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('timeout');
  expect(pair.wire.length).toBe(1);
});

it('without a path or a known group there is nothing to begin', () => {
  const begin = (change: Parameters<typeof initiatorSettings>[0]) => () =>
    new IkePair({ initiator: initiatorSettings(change), responder: responderSettings() }).up();
  expect(begin({ paths: {} })).toThrow('there is no path to the peer');
  expect(begin({ ikeProposals: [proposal('IKE', 'AES_GCM_16_256 PRF_HMAC_SHA2_256')] })).toThrow(
    'no IKE proposal has a key exchange group',
  );
});
