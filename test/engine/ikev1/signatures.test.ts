import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { LocalAuth, RemoteAuth } from '../../../src/engine/ikev2/settings.js';
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

it('a key that IKEv1 has no method for is said before anything is sent', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(() => new Ikev1Pair({ initiator: { localAuth: rawKey(privateKey) } })).toThrow(/sign with RSA only/);
});
