import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import type { OutgoingPayload, PayloadNode } from '../../../src/wire/ike/chain.js';
import { checkGrammar } from '../../../src/wire/ike/grammar.js';
import type { OutgoingHeader } from '../../../src/wire/ike/message.js';
import { decodeMessage, encodeEncryptedV1, encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { V1, V2 } from '../../../src/wire/ike/tables/payload-types.js';

const REQUEST = 0x08;
const RESPONSE = 0x20;
const NONE = new Uint8Array(0);

const SA: OutgoingPayload = { kind: 'sa', type: V2.SA, value: { proposals: [] } };
const KE: OutgoingPayload = { kind: 'ke', type: V2.KE, value: { group: 31, data: new Uint8Array(32) } };
const NONCE: OutgoingPayload = { kind: 'nonce', type: V2.Nonce, value: { nonce: new Uint8Array(32) } };
const SK: OutgoingPayload = { kind: 'sk', type: V2.SK, value: { content: new Uint8Array(40) }, next: V2.IDi };
const IDI: OutgoingPayload = { kind: 'id', type: V2.IDi, value: { type: 2, data: fromHex('61') } };
const IDR: OutgoingPayload = { kind: 'id', type: V2.IDr, value: { type: 2, data: fromHex('61') } };
const AUTH: OutgoingPayload = { kind: 'auth', type: V2.AUTH, value: { method: 2, data: fromHex('00') } };
const EAP: OutgoingPayload = { kind: 'eap', type: V2.EAP, value: { code: 3, identifier: 1, data: NONE } };
const notify = (type: number): OutgoingPayload => ({ kind: 'notify', type: V2.N, value: { protocol: 0, type, spi: NONE, data: NONE } });
const COOKIE = notify(16390);

function header(over: Partial<OutgoingHeader>): OutgoingHeader {
  return {
    spiI: fromHex('0102030405060708'),
    spiR: fromHex('1112131415161718'),
    major: 2,
    minor: 0,
    exchangeType: EXCHANGE.IKE_AUTH,
    flags: REQUEST,
    messageId: 1,
    ...over,
  };
}

const init = { exchangeType: EXCHANGE.IKE_SA_INIT, messageId: 0 };
const initRequest = header({ ...init, spiR: new Uint8Array(8) });
const initResponse = header({ ...init, flags: RESPONSE });

const remarks = (head: OutgoingHeader, payloads: readonly OutgoingPayload[], opened?: readonly PayloadNode[]) =>
  checkGrammar(decodeMessage(encodeMessage(head, payloads)), opened).map(({ text }) => text);
/** What an SK payload had inside. */
const inside = (...payloads: OutgoingPayload[]) => decodeMessage(encodeMessage(header({}), payloads)).payloads;

describe('checkGrammar of IKEv2', () => {
  it.each([
    ['IKE_SA_INIT', initRequest, [SA, KE, NONCE, notify(16388), notify(16389)]],
    ['IKE_SA_INIT with a cookie', initRequest, [COOKIE, SA, KE, NONCE]],
    ['its answer', initResponse, [SA, KE, NONCE, notify(16388)]],
    ['a cookie asked for', { ...initResponse, spiR: new Uint8Array(8) }, [COOKIE]],
    ['IKE_AUTH that nobody opened', header({}), [SK]],
    ['an error outside an SA', header({ exchangeType: EXCHANGE.INFORMATIONAL, flags: RESPONSE, messageId: 0 }), [notify(11)]],
  ] as const)('has nothing against %s', (_, head, payloads) => expect(remarks(head, payloads)).toEqual([]));

  it.each([
    ['a missing nonce', initRequest, [SA, KE], 'Nonce is missing'],
    ['two KE payloads', initRequest, [SA, KE, KE, NONCE], 'KE occurs 2 times'],
    ['an identity in clear', initRequest, [SA, KE, NONCE, IDI], 'IDi does not belong here'],
    ['a first exchange encrypted', initRequest, [SK], 'IKE_SA_INIT is encrypted'],
    ['IKE_AUTH in clear', header({}), [IDI], 'IKE_AUTH is not encrypted'],
    ['a payload before the encrypted one', header({}), [COOKIE, SK], 'N(COOKIE) stands in clear before the encrypted payload'],
    ['an unknown exchange', header({ exchangeType: 200 }), [SK], 'exchange unknown (200) is not known'],
    ['a first message with a number', { ...initRequest, messageId: 5 }, [SA, KE, NONCE], 'message ID 5 in the first exchange'],
    ['a request without the initiator flag', { ...initRequest, flags: 0 }, [SA, KE, NONCE], 'no initiator flag in the first request'],
    [
      'an answer with it',
      { ...initResponse, flags: RESPONSE | REQUEST },
      [SA, KE, NONCE],
      'initiator flag in a response of the first exchange',
    ],
    [
      'a responder SPI at once',
      { ...initRequest, spiR: fromHex('0102030405060708') },
      [SA, KE, NONCE],
      'responder SPI in the first request',
    ],
    ['no responder SPI in the answer', { ...initResponse, spiR: new Uint8Array(8) }, [SA, KE, NONCE], 'responder SPI is zero'],
    ['flags that mean nothing', { ...initRequest, flags: REQUEST | 0x41 }, [SA, KE, NONCE], 'reserved flag bits 0x41 are set'],
    ['no initiator SPI', { ...initRequest, spiI: new Uint8Array(8) }, [SA, KE, NONCE], 'initiator SPI is zero'],
    [
      'a critical payload of unknown type',
      initRequest,
      [SA, KE, NONCE, { kind: 'raw', type: 200, body: NONE, critical: true }],
      'unknown (200) is critical and not known',
    ],
    ['a short nonce', initRequest, [SA, KE, { ...NONCE, value: { nonce: new Uint8Array(8) } }], 'nonce of 8 bytes, 16 to 256 are allowed'],
    [
      'a KE of the wrong length',
      initRequest,
      [SA, { ...KE, value: { group: 14, data: new Uint8Array(32) } }, NONCE],
      'KE data of 32 bytes, MODP_2048 has 256',
    ],
  ] as [string, OutgoingHeader, OutgoingPayload[], string][])('remarks on %s', (_, head, payloads, text) =>
    expect(remarks(head, payloads)).toEqual([text]),
  );

  it('lets an unknown payload pass that is not critical', () =>
    expect(remarks(initRequest, [SA, KE, NONCE, { kind: 'raw', type: 200, body: NONE }])).toEqual([]));

  it('looks inside when it was opened', () => {
    expect(remarks(header({}), [SK], inside(IDI, AUTH, SA, notify(16384)))).toEqual([]);
    expect(remarks(header({}), [SK], inside(EAP))).toEqual([]);
    expect(remarks(header({}), [SK], inside(IDI, KE))).toEqual(['KE does not belong here']);
    expect(remarks(header({ flags: RESPONSE }), [SK], inside(IDR, AUTH, EAP))).toEqual([]);
    expect(remarks(header({ flags: RESPONSE }), [SK], inside(notify(24)))).toEqual([]);
    expect(remarks(header({ flags: RESPONSE }), [SK], inside(IDI, AUTH))).toEqual(['IDi does not belong here']);
  });

  it('cites the RFC', () => {
    const message = decodeMessage(encodeMessage(initRequest, [SA, KE]));
    expect(checkGrammar(message).every(({ spec }) => spec.startsWith('RFC 7296 §'))).toBe(true);
  });

  it('says nothing of a version it does not know', () => expect(remarks(header({ major: 3 }), [])).toEqual([]));
});

describe('checkGrammar of IKEv1', () => {
  it('takes what fills a message up to four bytes, and no more', () => {
    const texts = [3, 4].map((fill) => {
      const bytes = Buffer.concat([encodeMessage(v1({}), [sa, vid]), Buffer.alloc(fill)]);
      bytes.writeUInt32BE(bytes.length, 24);
      return checkGrammar(decodeMessage(bytes)).map(({ text }) => text);
    });
    expect(texts).toEqual([[], ['4 bytes behind the last payload']]);
  });

  const v1 = (over: Partial<OutgoingHeader>) =>
    header({ major: 1, exchangeType: EXCHANGE_V1['Identity Protection (Main Mode)'], flags: 0, messageId: 0, ...over });
  const sa: OutgoingPayload = { kind: 'sa-v1', type: V1.SA, value: { doi: 1, situation: 1, proposals: [] } };
  const ke: OutgoingPayload = { kind: 'ke-v1', type: V1.KE, value: { data: new Uint8Array(128) } };
  const nonce: OutgoingPayload = { kind: 'nonce', type: V1.NONCE, value: { nonce: new Uint8Array(16) } };
  const vid: OutgoingPayload = { kind: 'vendor-id', type: V1.VID, value: { id: new Uint8Array(8) } };
  const id: OutgoingPayload = { kind: 'id-v1', type: V1.ID, value: { type: 1, protocol: 0, port: 0, data: new Uint8Array(4) } };
  const hash: OutgoingPayload = { kind: 'hash-v1', type: V1.HASH, value: { hash: new Uint8Array(20) } };
  const natD: OutgoingPayload = { kind: 'nat-d', type: V1['NAT-D'], value: { hash: new Uint8Array(20) } };
  const note: OutgoingPayload = { kind: 'notify-v1', type: V1.N, value: { doi: 1, protocol: 1, type: 14, spi: NONE, data: NONE } };

  it.each([
    ['main mode 1', v1({}), [sa, vid, vid]],
    ['main mode 3', v1({}), [ke, nonce, natD, natD]],
    ['aggressive 1', v1({ exchangeType: EXCHANGE_V1.Aggressive }), [sa, ke, nonce, id, vid]],
    ['aggressive 2', v1({ exchangeType: EXCHANGE_V1.Aggressive }), [sa, ke, nonce, id, hash, natD, natD]],
    ['a refusal in clear', v1({ exchangeType: EXCHANGE_V1.Informational, messageId: 7 }), [note]],
    ['a fragment', v1({}), [{ kind: 'fragment-v1', type: V1.FRAG, value: { id: 1, number: 1, last: true, data: NONE } }]],
  ] as [string, OutgoingHeader, OutgoingPayload[]][])('has nothing against %s', (_, head, payloads) =>
    expect(remarks(head, payloads)).toEqual([]),
  );

  it.each([
    ['main mode without SA', v1({}), [vid], ['SA is missing']],
    ['aggressive without identity', v1({ exchangeType: EXCHANGE_V1.Aggressive }), [sa, ke, nonce], ['ID is missing']],
    [
      'quick mode in clear',
      v1({ exchangeType: EXCHANGE_V1['Quick Mode'], messageId: 7 }),
      [hash, sa, nonce],
      ['Quick Mode is not encrypted'],
    ],
    [
      'quick mode without a number',
      v1({ exchangeType: EXCHANGE_V1['Quick Mode'] }),
      [hash, sa, nonce],
      ['message ID 0 in phase 2', 'Quick Mode is not encrypted'],
    ],
    ['phase 1 with a number', v1({ messageId: 9 }), [sa], ['message ID 9 in phase 1']],
  ] as [string, OutgoingHeader, OutgoingPayload[], string[]][])('remarks on %s', (_, head, payloads, texts) =>
    expect(remarks(head, payloads)).toEqual(texts),
  );

  it('looks inside when it was opened', () => {
    const head = v1({ exchangeType: EXCHANGE_V1['Quick Mode'], messageId: 7, flags: 1 });
    const sealed = decodeMessage(encodeEncryptedV1(head, V1.HASH, new Uint8Array(32)));
    const opened = (...payloads: OutgoingPayload[]) => decodeMessage(encodeMessage({ ...head, flags: 0 }, payloads)).payloads;
    expect(checkGrammar(sealed)).toEqual([]);
    expect(checkGrammar(sealed, opened(hash, sa, nonce, id, id))).toEqual([]);
    expect(checkGrammar(sealed, opened(sa, nonce)).map(({ text }) => text)).toEqual(['HASH is missing']);
  });
});
