import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import type { ChildSettings, IkeSettings } from '../../../src/engine/ike/settings.js';
import type { Ikev2Happening } from '../../../src/engine/ikev2/happenings.js';
import { out } from '../../../src/engine/ikev2/payloads.js';
import type { OutgoingPayload } from '../../../src/wire/ike/chain.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../../src/wire/ike/tables/notify.js';
import { V2 } from '../../../src/wire/ike/tables/payload-types.js';
import { IkePair } from '../../support/ike-pair.js';
import { ESP, I4500, IKE, initiatorSettings, proposal, responderSettings, selector } from '../../support/ike-settings.js';
import { tamperedPair } from '../../support/ike-tamper.js';

type Change = (payloads: readonly OutgoingPayload[]) => readonly OutgoingPayload[];

const without =
  (...types: number[]): Change =>
  (payloads) =>
    payloads.filter(({ type }) => !types.includes(type));
const only =
  (...payloads: OutgoingPayload[]): Change =>
  () =>
    payloads;
const says = (notify: number, data?: Uint8Array): Change => only(out.notify(notify, data));
const instead =
  (payload: OutgoingPayload): Change =>
  (payloads) =>
    payloads.map((one) => (one.type === payload.type ? payload : one));

const proposals = [proposal('ESP', `${ESP} CURVE25519 ECP_256`)];
const child = (side: 'i' | 'r', change: Partial<ChildSettings> = {}): ChildSettings => ({
  ...((side === 'i' ? initiatorSettings() : responderSettings()).child as ChildSettings),
  proposals,
  ...change,
});
const both = (change: Partial<IkeSettings>) => ({
  initiator: initiatorSettings({ child: child('i'), ...change }),
  responder: responderSettings({ child: child('r'), ...change }),
});
const PFS = both({});
const MOBILE = both({ mobike: true });
const ADDITIONAL = both({ ikeProposals: [proposal('IKE', `${IKE} ADDKE1:ECP_256`)] });
const CHILD_ADDITIONAL = {
  initiator: initiatorSettings({ child: child('i', { proposals: [proposal('ESP', `${ESP} CURVE25519 ADDKE1:ECP_256`)] }) }),
  responder: responderSettings({ child: child('r', { proposals: [proposal('ESP', `${ESP} CURVE25519 ADDKE1:ECP_256`)] }) }),
};
const spiOf = (pair: IkePair, side: 'i' | 'r') => pair.last(side, 'child-up')?.child.spiIn ?? 0;
const rekeyChild = (pair: IkePair) => pair.command('i', { kind: 'rekey-child', spiIn: spiOf(pair, 'i') });
const rekeyIke = (pair: IkePair) => pair.command('i', { kind: 'rekey-ike' });
const update = (pair: IkePair) => pair.command('i', { kind: 'update-addresses', path: I4500 });
const nothing = () => {};

const SHORT_KE = out.ke(31, new Uint8Array(31));
const OTHER_KE = out.ke(19, new Uint8Array(64));
const KE = Uint8Array.of(0, 14);

interface Row {
  readonly pair: { readonly initiator: IkeSettings; readonly responder: IkeSettings };
  readonly exchange: keyof typeof EXCHANGE;
  readonly skip?: number;
  readonly change: Change;
  readonly act?: (pair: IkePair) => void;
  /** Where it is said, what and whose word it is. */
  readonly said: readonly [Ikev2Happening['kind'], string, 'us' | 'peer'];
  /** CHILD_SAs of the initiator in the end; default: one. */
  readonly children?: number;
}

const answers: Readonly<Record<string, Row>> = {
  'IKE_AUTH without IDr': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: without(V2.IDr),
    said: ['ike-down', 'invalid-syntax', 'us'],
    children: 0,
  },
  'IKE_AUTH without anything about the child': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: without(V2.SA, V2.TSi, V2.TSr),
    said: ['child-refused', 'invalid-syntax', 'us'],
    children: 0,
  },
  'IKE_AUTH with wider selectors': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: instead(out.tsR([selector('0.0.0.0/0')])),
    said: ['child-refused', 'selectors-widened', 'us'],
    children: 0,
  },
  AUTHORIZATION_FAILED: {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: says(NOTIFY.AUTHORIZATION_FAILED),
    said: ['ike-down', 'authorization-failed', 'peer'],
    children: 0,
  },
  'a notify that nobody knows': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: says(8200),
    said: ['ike-down', 'notify-8200', 'peer'],
    children: 0,
  },
  'IKE_INTERMEDIATE without KE': {
    pair: ADDITIONAL,
    exchange: 'IKE_INTERMEDIATE',
    change: without(V2.KE),
    said: ['ike-down', 'invalid-choice', 'us'],
    children: 0,
  },
  'IKE_INTERMEDIATE with a wrong value': {
    pair: ADDITIONAL,
    exchange: 'IKE_INTERMEDIATE',
    change: only(OTHER_KE),
    said: ['ike-down', 'invalid-ke-data', 'us'],
    children: 0,
  },
  'IKE_INTERMEDIATE refused': {
    pair: ADDITIONAL,
    exchange: 'IKE_INTERMEDIATE',
    change: says(NOTIFY.INVALID_SYNTAX),
    said: ['ike-down', 'invalid-syntax', 'peer'],
    children: 0,
  },
  'a child rekeying without nonce': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: without(V2.Nonce),
    act: rekeyChild,
    said: ['child-refused', 'invalid-syntax', 'us'],
  },
  'a child rekeying without KE': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: without(V2.KE),
    act: rekeyChild,
    said: ['child-refused', 'invalid-choice', 'us'],
  },
  'a child rekeying with a short KE': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(SHORT_KE),
    act: rekeyChild,
    said: ['child-refused', 'invalid-ke-data', 'us'],
  },
  'a child rekeying in another mode': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: (payloads) => [out.notify(NOTIFY.USE_TRANSPORT_MODE), ...payloads],
    act: rekeyChild,
    said: ['child-refused', 'mode-mismatch', 'us'],
  },
  'a child that the peer does not know': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.CHILD_SA_NOT_FOUND),
    act: rekeyChild,
    said: ['child-refused', 'child-sa-not-found', 'peer'],
    children: 0,
  },
  'a child rekeying put off for ever': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.TEMPORARY_FAILURE),
    act: rekeyChild,
    said: ['child-refused', 'temporary-failure', 'peer'],
  },
  'a group for the child that was not offered': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.INVALID_KE_PAYLOAD, KE),
    act: rekeyChild,
    said: ['child-refused', 'invalid-ke-payload', 'peer'],
  },
  'selectors of the child refused': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.TS_UNACCEPTABLE),
    act: rekeyChild,
    said: ['child-refused', 'ts-unacceptable', 'peer'],
  },
  'no ADDITIONAL_KEY_EXCHANGE': {
    pair: CHILD_ADDITIONAL,
    exchange: 'CREATE_CHILD_SA',
    change: without(V2.N),
    act: rekeyChild,
    said: ['child-refused', 'invalid-syntax', 'us'],
  },
  'IKE_FOLLOWUP_KE refused': {
    pair: CHILD_ADDITIONAL,
    exchange: 'IKE_FOLLOWUP_KE',
    change: says(NOTIFY.STATE_NOT_FOUND),
    act: rekeyChild,
    said: ['child-refused', 'state-not-found', 'peer'],
  },
  'IKE_FOLLOWUP_KE with a wrong value': {
    pair: CHILD_ADDITIONAL,
    exchange: 'IKE_FOLLOWUP_KE',
    change: only(OTHER_KE),
    act: rekeyChild,
    said: ['child-refused', 'invalid-ke-data', 'us'],
  },
  'IKE_FOLLOWUP_KE of a rekeying refused': {
    pair: ADDITIONAL,
    exchange: 'IKE_FOLLOWUP_KE',
    change: says(NOTIFY.STATE_NOT_FOUND),
    act: rekeyIke,
    said: ['rekey-refused', 'state-not-found', 'peer'],
  },
  'an IKE rekeying refused': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.NO_PROPOSAL_CHOSEN),
    act: rekeyIke,
    said: ['rekey-refused', 'no-proposal-chosen', 'peer'],
  },
  'an IKE rekeying put off for ever': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.TEMPORARY_FAILURE),
    act: rekeyIke,
    said: ['rekey-refused', 'temporary-failure', 'peer'],
  },
  'an IKE rekeying with a group that was not offered': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: says(NOTIFY.INVALID_KE_PAYLOAD, KE),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-ke-payload', 'peer'],
  },
  'an IKE rekeying without nonce': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: without(V2.Nonce),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-syntax', 'us'],
  },
  'an IKE rekeying without SPI': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(out.sa([proposal('IKE', IKE)])),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-choice', 'us'],
  },
  'an IKE rekeying with a KE of another group': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(OTHER_KE),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-choice', 'us'],
  },
  'an IKE rekeying with a short KE': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(SHORT_KE),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-ke-data', 'us'],
  },
  'a new address refused': {
    pair: MOBILE,
    exchange: 'INFORMATIONAL',
    change: says(NOTIFY.UNACCEPTABLE_ADDRESSES),
    act: update,
    said: ['update-refused', 'unacceptable-addresses', 'peer'],
  },
};

const requests: Readonly<Record<string, Row>> = {
  'IKE_AUTH without IDi': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: without(V2.IDi),
    said: ['ike-down', 'invalid-syntax', 'us'],
    children: 0,
  },
  'IKE_AUTH with two IDi': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: (payloads) => [...payloads, ...payloads.filter(({ type }) => type === V2.IDi)],
    said: ['ike-down', 'invalid-syntax', 'us'],
    children: 0,
  },
  'a critical payload that nobody knows': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: (payloads) => [{ kind: 'raw', type: 200, body: new Uint8Array(1), critical: true }, ...payloads],
    said: ['ike-down', 'unsupported-critical-payload', 'us'],
    children: 0,
  },
  'a NAT that the initiator does not allow': {
    pair: PFS,
    exchange: 'IKE_AUTH',
    change: (payloads) => [...payloads, out.notify(NOTIFY.NO_NATS_ALLOWED, new Uint8Array(12))],
    said: ['ike-down', 'unexpected-nat-detected', 'us'],
    children: 0,
  },
  'IKE_INTERMEDIATE without KE': {
    pair: ADDITIONAL,
    exchange: 'IKE_INTERMEDIATE',
    change: without(V2.KE),
    said: ['ike-down', 'invalid-choice', 'us'],
    children: 0,
  },
  'IKE_INTERMEDIATE with a wrong value': {
    pair: ADDITIONAL,
    exchange: 'IKE_INTERMEDIATE',
    change: only(OTHER_KE),
    said: ['ike-down', 'invalid-ke-data', 'us'],
    children: 0,
  },
  'a child with a short nonce': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(out.nonce(new Uint8Array(3))),
    act: rekeyChild,
    said: ['child-refused', 'invalid-syntax', 'us'],
  },
  'a child with a short KE': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(SHORT_KE),
    act: rekeyChild,
    said: ['child-refused', 'invalid-ke-data', 'us'],
  },
  'a child with another KE than offered': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(out.ke(20, new Uint8Array(96))),
    act: rekeyChild,
    said: ['child-refused', 'invalid-ke-payload', 'us'],
  },
  'the rekeying of a child that is not there': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(out.notify(NOTIFY.REKEY_SA, undefined, { protocol: 3, spi: new Uint8Array(4) })),
    act: rekeyChild,
    said: ['child-refused', 'child-sa-not-found', 'us'],
    children: 0,
  },
  'an IKE rekeying without KE': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: without(V2.KE),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-syntax', 'us'],
  },
  'an IKE rekeying with a short KE': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(SHORT_KE),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-ke-data', 'us'],
  },
  'an IKE rekeying with another KE than offered': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(OTHER_KE),
    act: rekeyIke,
    said: ['rekey-refused', 'invalid-ke-payload', 'us'],
  },
  'an IKE rekeying of other algorithms': {
    pair: PFS,
    exchange: 'CREATE_CHILD_SA',
    change: instead(out.sa([{ ...proposal('IKE', '3DES AUTH_HMAC_MD5_96 PRF_HMAC_MD5 CURVE25519'), spi: new Uint8Array(8).fill(1) }])),
    act: rekeyIke,
    said: ['rekey-refused', 'no-proposal-chosen', 'us'],
  },
};

const live = (pair: IkePair) => {
  const [sa] = [...pair.ends.i.table.values()].filter(({ kind }) => kind === 'established');
  return sa?.kind === 'established' ? sa.children.size : 0;
};

describe.each([
  { who: 'answers of a peer', rows: answers, from: 'r' as const, response: true, judge: 'i' as const },
  { who: 'requests of a peer', rows: requests, from: 'i' as const, response: false, judge: 'r' as const },
])('$who that are wrong under the right keys:', ({ rows, from, response, judge }) => {
  it.each(Object.entries(rows))('%s', (_, { pair: options, exchange, change, act = nothing, said, children = 1 }) => {
    const pair = tamperedPair(options, { from, response, exchange: EXCHANGE[exchange], change }).up();
    act(pair);
    pair.run(60_000);
    const [kind, code, by] = said;
    const refusal = pair.happenings[judge].flatMap((one) =>
      one.kind === kind && 'refusal' in one && one.refusal !== undefined ? [one.refusal] : [],
    )[0];
    expect(refusal, pair.trace()).toMatchObject({ code, by });
    expect([refusal?.text, refusal?.ours, refusal?.theirs].join(' ')).not.toMatch(/undefined|NaN/);
    expect(live(pair), pair.trace()).toBe(children);
    for (const side of ['i', 'r'] as const) {
      if (pair.ends[side].table.size > 0) pair.command(side, { kind: 'delete-ike' });
      pair.run(60_000);
    }
    for (const side of ['i', 'r'] as const) expect(pair.ends[side].registry.size, side).toEqual({ timers: 0, childSpis: 0, leases: 0 });
  });
});

it('a peer that returns another COOKIE2 is told apart', () => {
  const pair = tamperedPair(MOBILE, {
    from: 'i',
    response: true,
    exchange: EXCHANGE.INFORMATIONAL,
    change: instead(out.notify(NOTIFY.COOKIE2, new Uint8Array(32))),
  }).up();
  update(pair);
  pair.run();
  expect(pair.all('r', 'ignored').map(({ reason }) => reason)).toContain('an answer without the COOKIE2 that was sent');
});

it('another group that the peer wants for a child or an IKE SA is taken', () => {
  for (const act of [rekeyChild, rekeyIke]) {
    const ikeProposals = [proposal('IKE', `${IKE} ECP_256`)];
    const pair = tamperedPair(both({ ikeProposals }), {
      from: 'r',
      response: true,
      exchange: EXCHANGE.CREATE_CHILD_SA,
      times: 1,
      change: says(NOTIFY.INVALID_KE_PAYLOAD, Uint8Array.of(0, 19)),
    }).up();
    act(pair);
    pair.run();
    expect(pair.last('i', 'invalid-ke')).toMatchObject({ offered: 31, wanted: 19 });
    expect(pair.wire.filter(({ message }) => message.bytes[18] === EXCHANGE.CREATE_CHILD_SA).length, pair.trace()).toBe(4);
  }
});

describe('why EAP fails is known before it is over', () => {
  const eap = (password: string) => ({ methods: ['mschapv2'] as const, username: 'alice', password: new Secret(Buffer.from(password)) });
  const users = [{ name: 'alice', password: new Secret(Buffer.from('right')) }];
  const initiator = initiatorSettings({ localAuth: { method: 'eap', eap: eap('wrong') } });
  const remoteAuth = { ...responderSettings().remoteAuth, secrets: [], eap: { methods: ['mschapv2'] as const, users } };

  it('by the server', () => {
    const pair = tamperedPair(
      { initiator, responder: responderSettings({ remoteAuth }) },
      // Behind identity, challenge and the refusal of MSCHAPv2 itself.
      { from: 'r', response: true, exchange: EXCHANGE.IKE_AUTH, skip: 3, change: says(NOTIFY.AUTHENTICATION_FAILED) },
    ).up();
    pair.run(60_000);
    expect(pair.last('i', 'ike-down')?.refusal, pair.trace()).toMatchObject({ code: 'eap-wrong-password', by: 'peer' });
  });

  it('by a client that says nothing more', () => {
    const pair = new IkePair({
      initiator,
      responder: responderSettings({ remoteAuth }),
      network: (message, side) => (side === 'i' && (message.bytes[23] ?? 0) > 3 ? [] : [{ message, delay: 1 }]),
    }).up();
    pair.run(60_000);
    expect(pair.last('r', 'ike-down')?.refusal, pair.trace()).toMatchObject({ code: 'eap-wrong-password', by: 'us' });
  });
});
