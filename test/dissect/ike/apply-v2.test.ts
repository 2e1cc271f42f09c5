import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import type { OutgoingPayload } from '../../../src/wire/ike/chain.js';
import type { Selector } from '../../../src/wire/ike/payloads/ts.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { V2 } from '../../../src/wire/ike/tables/payload-types.js';
import { I, ke, N, nonce, notify, opened, play, playOne, R, type Sent, SPI_I, SPI_R, send, v2 } from './script.js';

// What would be inside SK travels in clear here: the same payloads, without the cryptography that its own tests cover.

const text = (value: string) => new Uint8Array(Buffer.from(value));
const id = (type: number, value: string): OutgoingPayload => ({ kind: 'id', type, value: { type: 2, data: text(value) } });
const proof = (method = 2): OutgoingPayload => ({ kind: 'auth', type: V2.AUTH, value: { method, data: new Uint8Array(32) } });
const range = (start: string, end: string): Selector => ({
  type: 7,
  protocol: 0,
  startPort: 0,
  endPort: 65535,
  start: fromHex(start),
  end: fromHex(end),
});
const ts = (type: typeof V2.TSi | typeof V2.TSr, start: string, end: string): OutgoingPayload => ({
  kind: 'ts',
  type,
  value: { selectors: [range(start, end)] },
});
const tsi = ts(V2.TSi, '0a010000', '0a01ffff');
const tsr = ts(V2.TSr, '0a020000', '0a0200ff');
const sa = (protocol: number, spi: string): OutgoingPayload => ({
  kind: 'sa',
  type: V2.SA,
  value: {
    proposals: [{ number: 1, protocol, spi: fromHex(spi), transforms: [{ type: 1, id: 20, attributes: [{ type: 14, value: 256 }] }] }],
  },
});
const rekeySa = (spi: string): OutgoingPayload => ({
  kind: 'notify',
  type: V2.N,
  value: { protocol: 3, type: N.REKEY_SA, spi: fromHex(spi), data: new Uint8Array(0) },
});
const eap = (code: number, type?: number): OutgoingPayload => ({
  kind: 'eap',
  type: V2.EAP,
  value: { code, identifier: 1, ...(type === undefined ? {} : { type }), data: text(type === undefined ? '' : 'x') },
});

function exchange(
  type: number,
  mid: number,
  at: number,
  request: readonly OutgoingPayload[],
  reply: readonly OutgoingPayload[],
  byResponder = false,
): Sent[] {
  const [a, b] = byResponder ? [R, I] : [I, R];
  return [
    send(v2({ exchange: type, id: mid, fromInitiator: !byResponder }, request), at, a, b),
    send(v2({ exchange: type, id: mid, response: true, fromInitiator: byResponder }, reply), at + 0.01, b, a),
  ];
}

const authRequest = [id(V2.IDi, 'moon.example'), proof(), sa(3, 'c1c1c1c1'), tsi, tsr];
const authReply = [id(V2.IDr, 'sun.example'), proof(14), sa(3, 'c2c2c2c2'), tsi, tsr];
const up = [...opened, ...exchange(EXCHANGE.IKE_AUTH, 1, 1, authRequest, authReply)];

describe('readable IKE_AUTH', () => {
  it('identities, methods, the child', () => {
    const session = playOne(up);
    expect(session).toMatchObject({
      outcome: 'established',
      identityInitiator: { type: 'ID_FQDN', value: 'moon.example' },
      identityResponder: { type: 'ID_FQDN', value: 'sun.example' },
      authMethods: { initiator: 'Shared Key Message Integrity Code', responder: 'Digital Signature' },
    });
    expect(session.children).toMatchObject([
      {
        frame: 3,
        answerFrame: 4,
        protocol: 'ESP',
        mode: 'tunnel',
        spiInitiator: '0xc1c1c1c1',
        spiResponder: '0xc2c2c2c2',
        selectorsInitiator: [{ text: '10.1.0.0/16' }],
        selectorsResponder: [{ text: '10.2.0.0/24' }],
        outcome: 'established',
        fromInitiator: true,
      },
    ]);
  });

  it.each([
    ['authentication refused', [notify(N.AUTHENTICATION_FAILED)], 'authentication', /AUTHENTICATION_FAILED/, 'unanswered'],
    ['selectors refused', [id(V2.IDr, 'sun'), proof(), notify(N.TS_UNACCEPTABLE)], 'child', /TS_UNACCEPTABLE/, 'refused'],
    ['EAP failed', [eap(4)], 'authentication', /EAP failed/, 'unanswered'],
  ] as const)('%s', (_, reply, stage, words, child) => {
    const session = playOne([...opened, ...exchange(EXCHANGE.IKE_AUTH, 1, 1, authRequest, reply)]);
    expect(session).toMatchObject({ outcome: 'failed', stop: { stage, reason: 'refused', frame: 4 } });
    expect(session.stoppedAt).toMatch(words);
    expect(session.children.map(({ outcome }) => outcome)).toEqual([child]);
  });

  it('the initiator refuses afterwards', () => {
    const session = playOne([...up, ...exchange(EXCHANGE.INFORMATIONAL, 2, 1.1, [notify(N.AUTHENTICATION_FAILED)], [])]);
    expect(session).toMatchObject({
      outcome: 'failed',
      stop: { stage: 'authentication', reason: 'refused', frame: 5, fromInitiator: true },
    });
  });

  it('EAP: method, success, AUTH of the key behind it', () => {
    const session = playOne([
      ...opened,
      ...exchange(EXCHANGE.IKE_AUTH, 1, 1, [id(V2.IDi, 'carol'), sa(3, 'c1c1c1c1'), tsi, tsr], [id(V2.IDr, 'sun'), proof(14), eap(1, 1)]),
      ...exchange(EXCHANGE.IKE_AUTH, 2, 2, [eap(2, 1)], [eap(1, 26)]),
      ...exchange(EXCHANGE.IKE_AUTH, 3, 3, [eap(2, 26)], [eap(3)]),
      ...exchange(EXCHANGE.IKE_AUTH, 4, 4, [proof()], [proof(), sa(3, 'c2c2c2c2'), tsi, tsr]),
    ]);
    expect(session).toMatchObject({
      outcome: 'established',
      eap: { method: 'EAP-MSCHAPv2', outcome: 'success' },
      authMethods: { initiator: 'EAP-MSCHAPv2' },
    });
    expect(session.children).toMatchObject([{ spiInitiator: '0xc1c1c1c1', spiResponder: '0xc2c2c2c2', outcome: 'established' }]);
  });

  it('configuration, MOBIKE, redirect, certificates by URL', () => {
    const cp = (type: number, value: string): OutgoingPayload => ({
      kind: 'cp',
      type: V2.CP,
      value: { type, attributes: [{ type: 1, value: fromHex(value) }] },
    });
    const cert: OutgoingPayload = {
      kind: 'cert',
      type: V2.CERT,
      value: { encoding: 12, data: Buffer.concat([Buffer.alloc(20), text('http://pki')]) },
    };
    const gateway = new Uint8Array([1, 4, 192, 0, 2, 9]);
    const session = playOne([
      ...opened,
      ...exchange(
        EXCHANGE.IKE_AUTH,
        1,
        1,
        [...authRequest, cp(1, ''), cert, notify(N.MOBIKE_SUPPORTED)],
        [...authReply, cp(2, '0a030001'), notify(N.MOBIKE_SUPPORTED), notify(N.REDIRECT, gateway)],
      ),
      ...exchange(EXCHANGE.INFORMATIONAL, 2, 2, [notify(N.UPDATE_SA_ADDRESSES)], []),
    ]);
    expect(session.configuration).toEqual({ requested: ['INTERNAL_IP4_ADDRESS'], given: ['INTERNAL_IP4_ADDRESS 10.3.0.1'] });
    expect(session.mobike).toEqual({ initiator: true, responder: true, updateFrames: [5] });
    expect(session.redirect).toEqual({ frame: 4, to: '192.0.2.9' });
    expect(session.otherCertificates).toMatchObject([{ frame: 3, fromInitiator: true, text: expect.stringContaining('http://pki') }]);
  });
});

describe('readable CREATE_CHILD_SA and INFORMATIONAL', () => {
  const CREATE = EXCHANGE.CREATE_CHILD_SA;

  it('a rekey begun by the responder keeps initiator and responder of the IKE SA', () => {
    const session = playOne([
      ...up,
      ...exchange(
        CREATE,
        0,
        9,
        [rekeySa('c2c2c2c2'), sa(3, 'd2d2d2d2'), nonce(), ke(19), ts(V2.TSi, '0a020000', '0a0200ff'), ts(V2.TSr, '0a010000', '0a01ffff')],
        [sa(3, 'd1d1d1d1'), nonce(), ke(19), notify(N.USE_TRANSPORT_MODE)],
        true,
      ),
      ...exchange(
        EXCHANGE.INFORMATIONAL,
        1,
        10,
        [{ kind: 'delete-sa', type: V2.D, value: { protocol: 3, spiSize: 4, spis: [fromHex('c2c2c2c2')] } }],
        [],
        true,
      ),
    ]);
    expect(session.children[1]).toMatchObject({
      fromInitiator: false,
      spiInitiator: '0xd1d1d1d1',
      spiResponder: '0xd2d2d2d2',
      rekeys: '0xc2c2c2c2',
      pfsGroup: 'ECP_256',
      mode: 'transport',
      selectorsInitiator: [{ text: '10.1.0.0/16' }],
      selectorsResponder: [{ text: '10.2.0.0/24' }],
      outcome: 'established',
    });
    expect(session.deletes).toEqual([{ frame: 7, fromInitiator: false, protocol: 'ESP', spis: ['0xc2c2c2c2'] }]);
  });

  it('a refused rekey says why', () => {
    const { children, outcome } = playOne([
      ...up,
      ...exchange(CREATE, 2, 9, [sa(3, 'd2d2d2d2'), nonce(), tsi, tsr], [notify(N.INVALID_KE_PAYLOAD, new Uint8Array([0, 14]))]),
    ]);
    expect(children[1]).toMatchObject({
      outcome: 'refused',
      refusal: { frame: 6, name: 'INVALID_KE_PAYLOAD', text: 'INVALID_KE_PAYLOAD group 14 (MODP_2048)' },
    });
    expect(outcome).toBe('established');
  });

  it('a rekeyed IKE SA is no child, and the new one is joined to it', () => {
    const next = { spiI: 'cccccccccccccccc', spiR: 'dddddddddddddddd' };
    const { sessions } = play([
      ...up,
      ...exchange(CREATE, 2, 9, [sa(1, next.spiI), nonce(), ke()], [sa(1, next.spiR), nonce(), ke()]),
      send(v2({ exchange: EXCHANGE.INFORMATIONAL, id: 0, ...next }, []), 10),
    ]);
    expect(sessions[0]?.children).toHaveLength(1);
    expect(sessions[0]?.rekeyedTo).toEqual({ spiI: `0x${next.spiI}`, spiR: `0x${next.spiR}`, certain: true });
    expect(sessions[1]).toMatchObject({
      startsMidway: false,
      outcome: 'established',
      rekeyOf: { spiI: `0x${SPI_I}`, spiR: `0x${SPI_R}`, certain: true },
    });
  });
});
