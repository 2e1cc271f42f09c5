import { describe, expect, it } from 'vitest';
import type { EapStep } from '../../../src/engine/eap/contract.js';
import { type EapServerState, startEapServer, stepEapServer } from '../../../src/engine/eap/server.js';
import type { EapServer } from '../../../src/engine/eap/settings.js';
import type { Eap } from '../../../src/wire/ike/payloads/eap.js';
import { contextOf, secret } from './conversation.js';

const SETTINGS: EapServer = { methods: ['gtc', 'md5'], users: [{ name: 'alice', password: secret('wonderland') }] };

type Answer = { readonly type?: number; readonly data?: string } & Partial<Omit<Eap, 'type' | 'data'>>;

/** The last step of a server that gets these answers, each to its last request. */
function serverAfter(answers: readonly Answer[]): EapStep<EapServerState> {
  let step = startEapServer(SETTINGS, contextOf('s'));
  for (const { data = '', ...rest } of answers) {
    const eap = { code: 2, identifier: step.state.identifier, ...rest, data: Buffer.from(data, 'latin1') };
    step = stepEapServer(step.state, { kind: 'message', eap });
  }
  return step;
}

const IDENTITY = { type: 1, data: 'alice' };

describe('an EAP server', () => {
  it('begins with the identity and gives each request another identifier', () => {
    const first = serverAfter([]);
    expect(first.send).toMatchObject({ code: 1, type: 1 });
    expect(serverAfter([IDENTITY]).send?.identifier).toBe(((first.send?.identifier ?? 0) + 1) & 0xff);
  });

  it('takes the IKE identity where the answer is empty, and shows what would harm a terminal harmless', () => {
    expect(serverAfter([{ type: 1 }]).outcome).toMatchObject({ refusal: { text: 'there is no user "192.0.2.9"' } });
    expect(serverAfter([{ type: 1, data: 'a\u001b[2J' }]).outcome).toMatchObject({ refusal: { text: 'there is no user "a\\x1b[2J"' } });
  });

  it('ends with Success of the same identifier as the last request (RFC 3748 §4.2)', () => {
    const before = serverAfter([IDENTITY]);
    const { send, outcome } = serverAfter([IDENTITY, { type: 6, data: 'wonderland' }]);
    expect(outcome).toEqual({ ok: true, method: 'GTC', identity: 'alice' });
    expect(send).toEqual({ code: 3, identifier: before.send?.identifier, data: new Uint8Array(0) });
  });

  it.each<[string, readonly Answer[], string]>([
    ['a wrong password', [IDENTITY, { type: 6, data: 'no' }], 'eap-wrong-password'],
    ['a request', [{ code: 1, type: 1 }], 'eap-unexpected'],
    ['a response without a type', [{}], 'eap-unexpected'],
    ['another identifier', [{ ...IDENTITY, identifier: 999 }], 'eap-unexpected'],
    ['something else than the identity', [{ type: 6 }], 'eap-unexpected'],
    ['something else than the method', [IDENTITY, { type: 26 }], 'eap-unexpected'],
    ['a malformed response', [IDENTITY, { type: 3, data: '\u0004' }, { type: 4, data: '\u0010ab' }], 'eap-malformed'],
    ['a Nak of nothing', [IDENTITY, { type: 3, data: '' }], 'eap-method-not-allowed'],
    ['a Nak of everything we do not have', [IDENTITY, { type: 3, data: '\u000d\u0015\u001a' }], 'eap-method-not-allowed'],
    ['an answer when it is over', [IDENTITY, { type: 6, data: 'wonderland' }, { type: 6, data: 'wonderland' }], 'eap-unexpected'],
  ])('refuses %s with Failure', (_, answers, code) => {
    const { send, outcome } = serverAfter(answers);
    expect(outcome).toMatchObject({ ok: false, refusal: { code } });
    expect(send?.code).toBe(4);
  });
});
