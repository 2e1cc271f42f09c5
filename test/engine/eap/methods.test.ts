import { describe, expect, it } from 'vitest';
import type { EapOutcome } from '../../../src/engine/eap/contract.js';
import type { EapClient, EapMethodName, EapServer } from '../../../src/engine/eap/settings.js';
import { describeEap } from '../../../src/wire/ike/payloads/eap.js';
import { secret, talk } from './conversation.js';

const client = (over: Partial<EapClient> = {}): EapClient => ({
  methods: ['mschapv2', 'md5', 'gtc'],
  username: 'alice',
  password: secret('wonderland'),
  ...over,
});
const server = (methods: readonly EapMethodName[], over: Partial<EapServer> = {}): EapServer => ({
  methods,
  users: [
    { name: 'alice', password: secret('wonderland') },
    { name: 'bob', password: secret('builder') },
  ],
  ...over,
});

const refusalOf = (outcome: EapOutcome | undefined) => (outcome?.ok === false ? outcome.refusal : undefined);
const mskOf = (outcome: EapOutcome | undefined) => (outcome?.ok === true ? outcome.msk?.reveal() : undefined);

describe('EAP, both ends ours', () => {
  it.each<[EapMethodName, string, number | undefined]>([
    ['md5', 'MD5-Challenge', undefined],
    ['gtc', 'GTC', undefined],
    ['mschapv2', 'MSCHAPv2', 64],
  ])('%s succeeds', async (method, name, keyLength) => {
    const ends = await talk(client(), server([method]));
    expect(ends.client).toMatchObject({ ok: true, method: name, identity: 'alice' });
    expect(ends.server).toMatchObject({ ok: true, method: name, identity: 'alice' });
    expect(mskOf(ends.client)?.length).toBe(keyLength);
    expect(mskOf(ends.client)).toEqual(mskOf(ends.server));
  });

  it.each<[EapMethodName, string]>([
    ['md5', 'eap-wrong-password'],
    ['gtc', 'eap-wrong-password'],
    ['mschapv2', 'eap-wrong-password'],
  ])('%s with another password fails at both ends', async (method, code) => {
    const ends = await talk(client({ password: secret('nope') }), server([method]));
    expect(refusalOf(ends.client)).toMatchObject({ code, by: 'peer', exchange: 'IKE_AUTH' });
    expect(refusalOf(ends.server)).toMatchObject({ code, by: 'us', exchange: 'IKE_AUTH' });
    expect(refusalOf(ends.client)?.text).toMatch(/password is wrong/);
    expect(ends.messages.map(describeEap).at(-1)).toBe('Failure');
  });

  it.each<[EapMethodName]>([['md5'], ['gtc'], ['mschapv2']])('%s of an unknown user is refused by name', async (method) => {
    const ends = await talk(client({ username: 'mallory' }), server([method]));
    expect(refusalOf(ends.server)).toMatchObject({ code: 'eap-user-unknown', text: 'there is no user "mallory"' });
    expect(ends.client?.ok).toBe(false);
  });

  it('both know why before EAP Failure, with the methods that say so', async () => {
    const wrong = client({ password: secret('nope') });
    expect((await talk(wrong, server(['mschapv2']))).known).toEqual({ client: 'eap-wrong-password', server: 'eap-wrong-password' });
    expect((await talk(wrong, server(['md5']))).known).toEqual({});
    expect((await talk(client(), server(['mschapv2']))).known).toEqual({});
  });

  it('tells the error number and the words of the server', async () => {
    const ends = await talk(client({ password: secret('nope') }), server(['mschapv2']));
    expect(refusalOf(ends.client)?.text).toBe(
      'the server refused "alice" by MSCHAPv2 (E=691): user name or password is wrong; it says "Authentication failed"',
    );
  });

  it('user names with a domain', async () => {
    const ends = await talk(client({ username: 'CORP\\alice' }), server(['mschapv2']));
    expect([ends.client?.ok, ends.server?.ok]).toEqual([true, true]);
  });

  it('passwords beyond ASCII', async () => {
    const password = secret('Grüße, 世界');
    const ends = await talk(client({ password }), server(['mschapv2'], { users: [{ name: 'alice', password }] }));
    expect(mskOf(ends.client)).toEqual(mskOf(ends.server));
    expect(ends.server?.ok).toBe(true);
  });
});

describe('Nak', () => {
  it('both ends come to the method they share', async () => {
    const ends = await talk(client({ methods: ['gtc'] }), server(['mschapv2', 'md5', 'gtc']));
    expect(ends.server).toMatchObject({ ok: true, method: 'GTC' });
    expect(ends.clientTexts).toContain('the server asks for MSCHAPv2, we offer GTC instead');
    expect(ends.serverTexts).toContain('the client declined MSCHAPv2 and wants GTC');
  });

  it.each<[Partial<EapClient>, string, string]>([
    [{ methods: ['gtc'] }, 'GTC', 'MSCHAPv2, MD5-Challenge'],
    [{ methods: ['tls'] }, 'no method', 'MSCHAPv2, MD5-Challenge'],
  ])('%j: none in common is told with both lists', async (over, theirs, ours) => {
    const ends = await talk(client(over), server(['mschapv2', 'md5']));
    expect(refusalOf(ends.server)).toMatchObject({ code: 'eap-method-not-allowed', ours, theirs });
    expect(refusalOf(ends.client)).toMatchObject({ code: 'eap-method-not-allowed', ours: theirs, theirs: 'MSCHAPv2' });
  });

  it('a client that wants again what it declined gets no second try', async () => {
    const ends = await talk(client({ methods: ['gtc'] }), server(['mschapv2', 'md5']), {
      change: (eap) => (eap.type === 3 ? { ...eap, data: Uint8Array.of(26, 4) } : eap),
    });
    // First Nak: MD5; second: MSCHAPv2 and MD5, both tried.
    expect(refusalOf(ends.server)?.code).toBe('eap-method-not-allowed');
    expect(ends.messages.length).toBeLessThan(10);
  });

  it('a server without anything to offer says so', async () => {
    const ends = await talk(client(), { methods: ['tls', 'md5'], users: [] });
    expect(refusalOf(ends.server)?.text).toBe('we have no EAP method to offer');
    expect(refusalOf(ends.client)).toMatchObject({ code: 'eap-identity-refused', ours: '"alice"' });
  });
});
