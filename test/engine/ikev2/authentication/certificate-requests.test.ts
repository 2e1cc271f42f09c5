import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateRequests, requestedAuthorities } from '../../../../src/engine/ikev2/authentication/certificate-requests.js';
import { certificateFile } from '../../../support/certificates.js';
import { NOTHING } from './octets.js';

const ca = new X509Certificate(certificateFile('ca.pem'));
const sub = new X509Certificate(certificateFile('sub.pem'));
const hashOf = (one: X509Certificate) =>
  createHash('sha1')
    .update(one.publicKey.export({ type: 'spki', format: 'der' }))
    .digest();

describe('certificateRequests', () => {
  it('names the authorities that we trust', () => {
    const requests = certificateRequests({ ...NOTHING, authorities: [ca, sub] });
    expect(requests.map(({ encoding }) => encoding)).toEqual([4]);
    expect(requestedAuthorities(requests).map((hash) => Buffer.from(hash))).toEqual([hashOf(ca), hashOf(sub)]);
  });
  it('asks for raw public keys where we have some', () =>
    expect(
      certificateRequests({ ...NOTHING, rawKeys: [createPublicKey(certificateFile('gw.pem'))] }).map(({ encoding }) => encoding),
    ).toEqual([15]));
  it('a probe asks without naming any', () =>
    expect(certificateRequests({ ...NOTHING, acceptUnverified: true })[0]?.authority.length).toBe(0));
  it('who checks secrets alone asks for nothing', () => expect(certificateRequests(NOTHING)).toEqual([]));
});

describe('requestedAuthorities', () => {
  it('of a length that does not divide by 20 are none', () =>
    expect(requestedAuthorities([{ encoding: 4, authority: new Uint8Array(21) }])).toEqual([]));
  it('of other encodings do not count', () => expect(requestedAuthorities([{ encoding: 12, authority: new Uint8Array(20) }])).toEqual([]));
});
