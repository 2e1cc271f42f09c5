import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/bytes/secret.js';
import type { LocalAuth, RemoteAuth } from '../../../../src/engine/ike/settings.js';
import type { AuthOctets, ProofVerdict } from '../../../../src/engine/ikev2/authentication/contract.js';
import { judgeProof } from '../../../../src/engine/ikev2/authentication/judge-proof.js';
import { makeProof } from '../../../../src/engine/ikev2/authentication/make-proof.js';
import type { Id } from '../../../../src/wire/ike/payloads/id.js';
import { fqdn, NOTHING, octetsOf } from './octets.js';

const secret = (text: string) => new Secret(Buffer.from(text));
const MOON = fqdn('moon.example');
const SUN = fqdn('sun.example');
const psk = (text: string): LocalAuth => ({ method: 'psk', secret: secret(text) });

/** What a peer with these settings shows, judged by one with those. */
function judged(local: LocalAuth, remote: Partial<RemoteAuth>, id: Id = MOON, over: Partial<AuthOctets> = {}): ProofVerdict {
  const made = makeProof(local, octetsOf(id), { requested: [] });
  if (!made.ok) throw new Error(made.refusal.text);
  return judgeProof(
    { id, auth: made.proof.auth, certs: made.proof.certs },
    { ...NOTHING, ...remote },
    { octets: octetsOf(id, over), date: 0, peerRole: 'responder' },
  );
}

describe('judgeProof of a pre-shared key', () => {
  it.each<[string, Partial<RemoteAuth>, string]>([
    ['the secret of this identity', { secrets: [{ id: MOON, secret: secret('right') }] }, 'for "moon.example"'],
    ['the secret for everybody', { secrets: [{ secret: secret('right') }] }, 'for everybody'],
    ['one of two for everybody', { secrets: [{ secret: secret('no') }, { secret: secret('right') }] }, 'any of our 2 secrets'],
    ['the identity written otherwise', { secrets: [{ id: fqdn('MOON.example'), secret: secret('right') }] }, 'MOON.example'],
  ])('is right with %s', (_, remote, text) => {
    const verdict = judged(psk('right'), remote);
    expect(verdict).toMatchObject({ verdict: 'valid', method: 'pre-shared key' });
    expect(verdict.text).toContain(text);
  });

  it.each<[string, Partial<RemoteAuth>, string, RegExp]>([
    [
      'another secret',
      { secrets: [{ id: MOON, secret: secret('wrong') }] },
      'psk-mismatch',
      /pre-shared keys differ, or .* another identity/,
    ],
    [
      'the right one under another identity',
      {
        secrets: [
          { id: MOON, secret: secret('wrong') },
          { id: SUN, secret: secret('right') },
        ],
      },
      'psk-mismatch',
      /fits our secret for "sun.example": the secret stands under the wrong identity/,
    ],
    ['one for another identity alone', { secrets: [{ id: SUN, secret: secret('right') }] }, 'psk-not-found', /none for this identity/],
    ['NULL alone allowed', { allowNull: true }, 'method-not-allowed', /Shared Key .* we want NULL/],
    ['another identity expected', { ids: [SUN], secrets: [{ secret: secret('right') }] }, 'identity-mismatch', /proof itself is right/],
  ])('is refused with %s', (_, remote, code, text) => {
    const { verdict, refusal } = judged(psk('right'), remote);
    expect(verdict).toBe('invalid');
    expect(refusal).toMatchObject({ code, by: 'us', exchange: 'IKE_AUTH' });
    expect(refusal?.text).toMatch(text);
    expect(refusal?.ours).toBeTruthy();
    expect(refusal?.theirs).toBeTruthy();
  });

  it('is not judged by a probe without a secret, which says so', () => {
    expect(judged(psk('right'), { acceptUnverified: true })).toMatchObject({
      verdict: 'unverified',
      text: expect.stringContaining('not checked'),
    });
  });

  it.each<[string, Partial<AuthOctets>]>([
    ['first message', { realMessage: new Uint8Array(4) }],
    ['nonce', { nonce: new Uint8Array(4) }],
    ['SK_p', { skP: new Uint8Array(4) }],
  ])('covers the %s', (_, over) => {
    expect(judged(psk('right'), { secrets: [{ secret: secret('right') }] }, MOON, over).refusal?.code).toBe('psk-mismatch');
  });

  it('never shows a secret', () => {
    const shown = JSON.stringify(judged(psk('hunter2-right'), { secrets: [{ id: MOON, secret: secret('hunter2-wrong') }] }));
    expect(shown).not.toContain('hunter2');
  });
});

describe('judgeProof of NULL', () => {
  it('takes it where it is allowed', () => expect(judged({ method: 'null' }, { allowNull: true }).verdict).toBe('valid'));
  it('calls it unverified for a probe', () => expect(judged({ method: 'null' }, { acceptUnverified: true }).verdict).toBe('unverified'));
  it('checks the MAC all the same', () =>
    expect(judged({ method: 'null' }, { allowNull: true }, MOON, { nonce: new Uint8Array(1) }).refusal?.code).toBe('signature-invalid'));
  it('refuses it else', () =>
    expect(judged({ method: 'null' }, { secrets: [{ secret: secret('x') }] }).refusal).toMatchObject({
      code: 'method-not-allowed',
      ours: 'pre-shared key',
      theirs: 'NULL Authentication',
    }));
});

describe('judgeProof of methods that nobody has', () => {
  it.each([0, 4, 12, 99, 255])('%i', (method) => {
    const verdict = judgeProof(
      { id: MOON, auth: { method, data: new Uint8Array(20) }, certs: [] },
      { ...NOTHING, acceptUnverified: true },
      { octets: octetsOf(MOON), date: 0, peerRole: 'responder' },
    );
    expect(verdict.refusal?.code).toBe('method-not-allowed');
  });
});
