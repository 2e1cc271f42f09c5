import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LocalAuth, RemoteAuth } from '../../../src/engine/ike/settings.js';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import { pskRemote, secret } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const rawKey = (key: KeyObject): LocalAuth => ({ method: 'signature', key, certificates: [], raw: true });
const trusts = (more: Partial<RemoteAuth>): RemoteAuth => ({ ...pskRemote('unused'), secrets: [], ...more });

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Made once: RSA keys take time. */
const keys = [rsa(), rsa(), rsa()] as const;

describe.each(['main', 'aggressive'] as const)('signatures in %s mode', (exchange) => {
  it('RSA keys that are known at both ends', () => {
    const [i, r] = keys;
    const end = (own: KeyObject, peer: KeyObject): Partial<Ikev1Settings> => ({
      localAuth: rawKey(own),
      remoteAuth: trusts({ rawKeys: [peer] }),
    });
    const pair = new Ikev1Pair({
      initiator: { exchange, ...end(i.privateKey, r.publicKey) },
      responder: end(r.privateKey, i.publicKey),
    }).up();
    for (const side of ['i', 'r'] as const) {
      expect(pair.last(side, 'peer-auth'), pair.trace()).toMatchObject({ verdict: 'valid' });
      expect(pair.all(side, 'child-up').length).toBe(1);
    }
    expect(pair.timers).toEqual([]);
  });

  it('another key than the one shown is refused at both ends', () => {
    const [i, r, stranger] = keys;
    const pair = new Ikev1Pair({
      initiator: { exchange, localAuth: rawKey(i.privateKey), remoteAuth: trusts({ rawKeys: [r.publicKey] }) },
      responder: { localAuth: rawKey(r.privateKey), remoteAuth: trusts({ rawKeys: [stranger.publicKey] }) },
    }).up();
    expect(pair.last('r', 'ike-down')?.refusal).toMatchObject({ by: 'us' });
    expect(pair.ends.r.table.size).toBe(0);
  });

  it('without anything to check it by, a probe goes on and says so', () => {
    const [i, r] = keys;
    const pair = new Ikev1Pair({
      initiator: { exchange, localAuth: rawKey(i.privateKey), remoteAuth: trusts({ acceptUnverified: true, rawKeys: [r.publicKey] }) },
      responder: { localAuth: rawKey(r.privateKey), remoteAuth: trusts({ acceptUnverified: true }) },
    }).up();
    expect(pair.last('r', 'peer-auth')).toMatchObject({ verdict: 'unverified', method: 'signature' });
    expect(pair.last('i', 'peer-auth')).toMatchObject({ verdict: 'valid', method: 'signature, RSA' });
  });

  it('a secret at one end, a certificate at the other: nothing in common', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange, localAuth: { method: 'psk', secret: secret('test-psk') } },
      responder: { localAuth: rawKey(keys[0].privateKey) },
    }).up();
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'no-proposal-chosen', by: 'peer' });
    expect(pair.last('r', 'ike-down')?.refusal?.text).toContain('signature, RSA');
  });
});

const dsa = () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

describe.each([
  { name: 'DSS', make: dsa, method: 2 },
  { name: 'ECDSA P-256', make: () => ec('prime256v1'), method: 9 },
  { name: 'ECDSA P-384', make: () => ec('secp384r1'), method: 10 },
  { name: 'ECDSA P-521', make: () => ec('secp521r1'), method: 11 },
])('$name', ({ name, make, method }) => {
  const [i, r, stranger] = [make(), make(), make()];

  it.each(['main', 'aggressive'] as const)('%s mode, with a hash that is not that of phase 1', (exchange) => {
    const pair = new Ikev1Pair({
      initiator: { exchange, localAuth: rawKey(i.privateKey), remoteAuth: trusts({ rawKeys: [r.publicKey] }) },
      responder: { localAuth: rawKey(r.privateKey), remoteAuth: trusts({ rawKeys: [i.publicKey] }) },
    }).up();
    for (const side of ['i', 'r'] as const) {
      expect(pair.last(side, 'peer-auth'), pair.trace()).toMatchObject({ verdict: 'valid', method: `signature, ${name}` });
      expect(pair.all(side, 'child-up').length).toBe(1);
    }
    expect(pair.ends.i.table.size).toBe(1);
    expect([...pair.ends.r.table.values()].map((sa) => 'suite' in sa && sa.suite.method)).toEqual([method]);
  });

  it('a signature by another key is refused', () => {
    const pair = new Ikev1Pair({
      initiator: { localAuth: rawKey(i.privateKey), remoteAuth: trusts({ rawKeys: [r.publicKey] }) },
      responder: { localAuth: rawKey(r.privateKey), remoteAuth: trusts({ rawKeys: [stranger.publicKey] }) },
    }).up();
    expect(pair.last('r', 'ike-down')?.refusal).toMatchObject({ code: 'signature-invalid', by: 'us' });
  });
});

it('a key that IKEv1 has no method for is said before anything is sent', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(() => new Ikev1Pair({ initiator: { localAuth: rawKey(privateKey) } })).toThrow(/sign with RSA, DSA, or ECDSA .* an Ed25519 key/);
});

describe.each(['main', 'aggressive'] as const)('hybrid in %s mode: the gateway signs, the client has a user alone', (exchange) => {
  const anna = { name: 'anna', password: secret('test-password-not-secret') };
  const client = (peer: KeyObject, more: Partial<Ikev1Settings> = {}): Partial<Ikev1Settings> => ({
    exchange,
    localAuth: { method: 'null' },
    remoteAuth: trusts({ rawKeys: [peer] }),
    xauth: anna,
    hybrid: true,
    ...more,
  });
  const gateway = (own: KeyObject, more: Partial<Ikev1Settings> = {}): Partial<Ikev1Settings> => ({
    localAuth: rawKey(own),
    remoteAuth: trusts({}),
    xauthUsers: [anna],
    hybrid: true,
    ...more,
  });

  it.each([
    ['RSA', () => keys[1], 64221],
    ['DSS', dsa, 64223],
  ] as const)('%s', (name, make, method) => {
    const r = make();
    const pair = new Ikev1Pair({ initiator: client(r.publicKey), responder: gateway(r.privateKey) }).up();
    expect(pair.all('i', 'peer-auth'), pair.trace()).toMatchObject([{ verdict: 'valid', method: `signature, ${name}` }]);
    expect(pair.all('r', 'peer-auth')).toMatchObject([
      { verdict: 'unverified', method: 'XAuth alone (hybrid)' },
      { verdict: 'valid', method: 'XAuth' },
    ]);
    expect(pair.all('i', 'our-auth-accepted')).toMatchObject([{ method: 'XAuth as anna' }]);
    expect(pair.all('r', 'child-up').length).toBe(1);
    expect([...pair.ends.r.table.values()].map((sa) => 'suite' in sa && sa.suite.method)).toEqual([method]);
  });

  it('another key of the gateway is refused before the password is sent', () => {
    const pair = new Ikev1Pair({ initiator: client(keys[2].publicKey), responder: gateway(keys[1].privateKey) }).up();
    expect(pair.last('i', 'ike-down')?.refusal, pair.trace()).toMatchObject({ by: 'us' });
    expect(pair.all('i', 'peer-auth')).toMatchObject([{ verdict: 'invalid' }]);
    expect(pair.all('i', 'our-auth-accepted')).toEqual([]);
  });

  it('a wrong password is refused', () => {
    const xauth = { name: 'anna', password: secret('wrong') };
    const pair = new Ikev1Pair({ initiator: client(keys[1].publicKey, { xauth }), responder: gateway(keys[1].privateKey) }).up();
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'xauth-refused', by: 'peer' });
    expect(pair.all('r', 'ike-up')).toEqual([]);
  });

  it('a gateway without it refuses', () => {
    const pair = new Ikev1Pair({ initiator: client(keys[1].publicKey), responder: gateway(keys[1].privateKey, { hybrid: false }) }).up();
    expect(pair.last('r', 'ike-down')?.refusal?.text).toContain('signature, RSA and XAuth');
    expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('no-proposal-chosen');
  });

  it('a client with a key of its own comes in as well, by both', () => {
    const pair = new Ikev1Pair({
      initiator: client(keys[1].publicKey, { localAuth: rawKey(keys[0].privateKey), hybrid: false }),
      responder: gateway(keys[1].privateKey, { remoteAuth: trusts({ rawKeys: [keys[0].publicKey] }) }),
    }).up();
    expect(pair.all('r', 'peer-auth'), pair.trace()).toMatchObject([{ method: 'signature, RSA' }, { method: 'XAuth', verdict: 'valid' }]);
  });
});

it('XAuth behind ECDSA has no number', () => {
  const xauth = { name: 'anna', password: secret('x') };
  expect(() => new Ikev1Pair({ initiator: { localAuth: rawKey(ec('prime256v1').privateKey), xauth } })).toThrow(
    /does not go with ECDSA P-256/,
  );
});
