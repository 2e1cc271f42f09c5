import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { startEapClient, stepEapClient } from '../../../src/engine/eap/client.js';
import type { EapClient } from '../../../src/engine/eap/settings.js';
import type { Eap } from '../../../src/wire/ike/payloads/eap.js';
import { contextOf, secret } from './conversation.js';

const SETTINGS: EapClient = { methods: ['mschapv2', 'md5'], username: 'alice', password: secret('wonderland') };
const request = (type: number, data: Uint8Array = new Uint8Array(0), identifier = 5): Eap => ({ code: 1, identifier, type, data });
const SUCCESS: Eap = { code: 3, identifier: 5, data: new Uint8Array(0) };
const FAILURE: Eap = { code: 4, identifier: 5, data: new Uint8Array(0) };

/** The last step of a client that gets these messages. */
function lastStep(messages: readonly Eap[], settings: EapClient = SETTINGS) {
  let step = stepEapClient(startEapClient(settings, contextOf('c')), { kind: 'message', eap: messages[0] as Eap });
  for (const eap of messages.slice(1)) step = stepEapClient(step.state, { kind: 'message', eap });
  return step;
}

describe('an EAP client', () => {
  it.each<[string, Partial<EapClient>, string]>([
    ['its EAP identity', { identity: 'outer@example' }, 'outer@example'],
    ['its user name', {}, 'alice'],
  ])('tells %s', (_, over, identity) => {
    const { send } = lastStep([request(1)], { ...SETTINGS, ...over });
    expect(send).toEqual({ code: 2, identifier: 5, type: 1, data: new Uint8Array(Buffer.from(identity)) });
  });

  it('tells its IKE identity when it has no other', () => {
    const { send } = lastStep([request(1)], { methods: ['tls'] });
    expect(Buffer.from(send?.data ?? []).toString()).toBe('192.0.2.9');
  });

  it('answers a notification and passes its words on', () => {
    const step = lastStep([request(2, Buffer.from('password expires \u001b[31msoon'))]);
    expect(step.send).toEqual({ code: 2, identifier: 5, type: 2, data: new Uint8Array(0) });
    expect(step.texts).toEqual(['the server notifies: "password expires \\x1b[31msoon"']);
  });

  it('answers MD5 as RFC 1994 §4.1 has it: MD5 of identifier, password, challenge', () => {
    const { send } = lastStep([request(4, fromHex('10 000102030405060708090a0b0c0d0e0f'), 7)]);
    // printf '\x07wonderland\x00\x01…\x0f' | md5sum
    expect(toHex(send?.data.subarray(0, 17) ?? new Uint8Array())).toBe('101303d97e4880a5fccdd7cf3725f26e18');
  });

  it.each<[string, readonly Eap[], string]>([
    ['Success before anything', [SUCCESS], 'eap-success-too-early'],
    ['Success after the identity', [request(1), SUCCESS], 'eap-success-too-early'],
    ['Success in the middle of MSCHAPv2', [request(26, fromHex(`01 01 0015 10 ${'ab'.repeat(16)}`)), SUCCESS], 'eap-success-too-early'],
    ['Failure before any method', [request(1), FAILURE], 'eap-identity-refused'],
    ['Failure after a method we do not have', [request(6), FAILURE], 'eap-method-not-allowed'],
    ['Failure after MD5', [request(4, fromHex('01 ab')), FAILURE], 'eap-wrong-password'],
    ['a response', [{ ...request(1), code: 2 }], 'eap-unexpected'],
    ['a request without a type', [{ code: 1, identifier: 1, data: new Uint8Array(0) }], 'eap-malformed'],
    ['a challenge that is cut', [request(26, fromHex('01 01 0015 10 abab'))], 'eap-malformed'],
    ['an opcode of MSCHAPv2 that we do not speak', [request(26, fromHex('07 01 0004'))], 'eap-malformed'],
    ['MSCHAPv2 Success without a challenge', [request(26, fromHex('03 01 0004'))], 'eap-unexpected'],
  ])('ends at %s', (_, messages, code) => {
    const { outcome } = lastStep(messages);
    expect(outcome).toMatchObject({ ok: false, refusal: { code, exchange: 'IKE_AUTH' } });
  });

  it('does not believe a server that cannot prove the password', () => {
    const challenge = request(26, fromHex(`01 01 0015 10 ${'ab'.repeat(16)}`));
    const success = request(26, Buffer.concat([fromHex('03 01 0032'), Buffer.from(`S=${'0'.repeat(40)} M=OK`)]));
    const { outcome, send } = lastStep([challenge, success]);
    expect(send).toBeUndefined();
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'eap-server-not-authentic', by: 'us' } });
  });

  it.each([
    ['E=691 R=1 C=00 V=3 M=wrong', 'eap-wrong-password', /E=691.*it says "wrong"/],
    ['E=648 R=0', 'eap-password-expired', /expired/],
    ['E=647 R=0', 'eap-refused', /disabled/],
    ['E=12345 R=0', 'eap-refused', /E=12345.*reason of its own/],
    ['nonsense\u0007', 'eap-refused', /without an error number/],
  ])('reads the failure "%s", answers it, and ends with its reason', (message, code, text) => {
    const challenge = request(26, fromHex(`01 01 0015 10 ${'ab'.repeat(16)}`));
    const data = Buffer.concat([Uint8Array.of(4, 1, 0, 4 + message.length), Buffer.from(message)]);
    expect(lastStep([challenge, request(26, data)]).send?.data).toEqual(Uint8Array.of(4));
    for (const last of [FAILURE, SUCCESS, request(26, data)]) {
      const { outcome } = lastStep([challenge, request(26, data), last]);
      expect(outcome).toMatchObject({ ok: false, refusal: { code, text: expect.stringMatching(text) } });
    }
  });

  it('does not go on for ever', () => {
    const { outcome } = lastStep(new Array<Eap>(101).fill(request(1)));
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'eap-endless' } });
    expect(lastStep(new Array<Eap>(100).fill(request(1))).outcome).toBeUndefined();
  });

  it('declines expanded types and unknown ones', () => {
    for (const type of [254, 199])
      expect(lastStep([request(type, new Uint8Array(7))]).send).toMatchObject({ type: 3, data: Uint8Array.of(26, 4) });
  });
});
