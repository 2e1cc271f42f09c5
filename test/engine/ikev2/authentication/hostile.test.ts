import { createPrivateKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/bytes/secret.js';
import type { RemoteAuth } from '../../../../src/engine/ike/settings.js';
import { judgeProof } from '../../../../src/engine/ikev2/authentication/judge-proof.js';
import { makeProof } from '../../../../src/engine/ikev2/authentication/make-proof.js';
import { certificateFile } from '../../../support/certificates.js';
import { fqdn, NOTHING, octetsOf } from './octets.js';

const GW = fqdn('gw.example.com');
const octets = octetsOf(GW);
const context = { octets, date: Date.UTC(2026, 10, 21), peerRole: 'responder' } as const;
const der = (name: string) => new Uint8Array(new X509Certificate(certificateFile(name)).raw);
const strict: RemoteAuth = {
  ...NOTHING,
  authorities: [new X509Certificate(certificateFile('ca.pem'))],
  secrets: [{ secret: new Secret(Buffer.from('made for tests')) }],
};
const lenient: RemoteAuth = { ...NOTHING, acceptUnverified: true };
const made = makeProof(
  { method: 'signature', key: createPrivateKey(certificateFile('gw.key')), certificates: [der('leaf.pem'), der('sub.pem')] },
  octets,
  { hashes: [2], requested: [] },
);
if (!made.ok) throw new Error(made.refusal.text);
const { auth, certs } = made.proof;

/** Changes some bytes; says by its verdict what came of it. */
const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
function changed(bytes: Uint8Array, places: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [at, by] of places) copy[at % copy.length] = (copy[at % copy.length] as number) ^ by;
  return copy;
}

describe('hostile AUTH and CERT payloads', () => {
  it('unchanged it is right', () => expect(judgeProof({ id: GW, auth, certs }, strict, context).verdict).toBe('valid'));

  it('800 changed certificates: none is taken, each has a reason, nothing throws', () => {
    fc.assert(
      fc.property(fc.nat(1), changes, (which, places) => {
        const shown = certs.map((cert, i) => (i === which ? { ...cert, data: changed(cert.data, places) } : cert));
        if (shown.every(({ data }, i) => Buffer.from(data).equals(certs[i]?.data ?? data))) return;
        const verdict = judgeProof({ id: GW, auth, certs: shown }, strict, context);
        expect(verdict.verdict).toBe('invalid');
        expect(verdict.refusal?.text).toMatch(/./);
        expect(judgeProof({ id: GW, auth, certs: shown }, lenient, context).text).toMatch(/./);
      }),
      { numRuns: 800, seed: 11 },
    );
  });

  it('2,000 changed and random AUTH payloads', () => {
    const random = fc.record({
      method: fc.oneof(fc.constantFrom(1, 2, 3, 9, 10, 11, 13, 14), fc.nat(255)),
      data: fc.uint8Array({ maxLength: 300 }),
    });
    const mutated = changes
      .map((places) => ({ ...auth, data: changed(auth.data, places) }))
      .filter(({ data }) => !Buffer.from(data).equals(auth.data));
    fc.assert(
      fc.property(fc.oneof(random, mutated), fc.boolean(), (theirs, withCerts) => {
        const proof = { id: GW, auth: theirs, certs: withCerts ? certs : [] };
        expect(judgeProof(proof, strict, context)).toMatchObject({ verdict: 'invalid', refusal: { text: expect.stringMatching(/./) } });
        expect(judgeProof(proof, lenient, context).verdict).not.toBe('valid');
      }),
      { numRuns: 2000, seed: 12 },
    );
  });

  it('400 random identities are refused', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.uint8Array({ maxLength: 100 }), (type, data) => {
        expect(judgeProof({ id: { type, data }, auth, certs }, strict, context).refusal?.code).toBe('identity-mismatch');
      }),
      { numRuns: 400, seed: 13 },
    );
  });
});
