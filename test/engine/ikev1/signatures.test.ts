import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { LocalAuth, RemoteAuth } from '../../../src/engine/ikev2/settings.js';
import { certificateFile } from '../../support/certificates.js';
import { fqdn, pskRemote, secret } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const certificate = (name: string) => new X509Certificate(certificateFile(name));
const signs = (key: string, names: readonly string[]): LocalAuth => ({
  method: 'signature',
  key: createPrivateKey(certificateFile(key)),
  certificates: names.map((name) => new Uint8Array(certificate(name).raw)),
});
const rawKey = (key: KeyObject): LocalAuth => ({ method: 'signature', key, certificates: [], raw: true });
const trusts = (more: Partial<RemoteAuth>): RemoteAuth => ({ ...pskRemote('unused'), secrets: [], ...more });

const kinds: readonly (readonly [string, () => { privateKey: KeyObject; publicKey: KeyObject }])[] = [
  ['RSA-2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ECDSA P-256', () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })],
  ['ECDSA P-384', () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
  ['ECDSA P-521', () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' })],
];

describe.each(['main', 'aggressive'] as const)('signatures in %s mode', (exchange) => {
  it.each(kinds)('keys that are known at both ends: %s', (_, generate) => {
    const [i, r] = [generate(), generate()];
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
    const [i, r, stranger] = [kinds[1], kinds[1], kinds[1]].map((kind) => kind?.[1]());
    if (i === undefined || r === undefined || stranger === undefined) throw new TypeError('no keys');
    const pair = new Ikev1Pair({
      initiator: { exchange, localAuth: rawKey(i.privateKey), remoteAuth: trusts({ rawKeys: [r.publicKey] }) },
      responder: { localAuth: rawKey(r.privateKey), remoteAuth: trusts({ rawKeys: [stranger.publicKey] }) },
    }).up();
    expect(pair.last('r', 'ike-down')?.refusal).toMatchObject({ code: 'signature-invalid', by: 'us' });
    expect(pair.ends.r.table.size).toBe(0);
  });

  it('certificates: the gateway is believed by its authority', () => {
    const pair = new Ikev1Pair({
      initiator: {
        exchange,
        localAuth: signs('client.key', ['client.pem']),
        remoteAuth: trusts({ authorities: [certificate('ca.pem')], acceptUnverified: true }),
      },
      responder: {
        localId: fqdn('gw.example.com'),
        localAuth: signs('gw.key', ['gw.pem']),
        remoteAuth: trusts({ acceptUnverified: true }),
      },
    }).up();
    expect(pair.last('i', 'peer-auth'), pair.trace()).toMatchObject({ verdict: 'valid', method: 'signature, ECDSA with SHA2_256_P256' });
    expect(pair.last('i', 'peer-auth')?.text).toContain('issued by');
    expect(pair.all('i', 'child-up').length).toBe(1);
  });

  it('a secret at one end, a certificate at the other: nothing in common', () => {
    const pair = new Ikev1Pair({
      initiator: { exchange, localAuth: { method: 'psk', secret: secret('test-psk') } },
      responder: { localAuth: signs('gw.key', ['gw.pem']) },
    }).up();
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'no-proposal-chosen', by: 'peer' });
    expect(pair.last('r', 'ike-down')?.refusal?.text).toContain('signature, ECDSA');
  });
});

it('a key that IKEv1 has no method for is said before anything is sent', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(() => new Ikev1Pair({ initiator: { localAuth: rawKey(privateKey) } })).toThrow(/no signatures with/);
});
