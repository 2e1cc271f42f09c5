import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/bytes/secret.js';
import { authorityHash } from '../../../../src/crypto/certificates/certificate-text.js';
import { faultsOfOurProof, type OurProofCase } from '../../../../src/engine/ikev2/authentication/our-proof-faults.js';
import { certificateFile } from '../../../support/certificates.js';
import { fqdn } from './octets.js';

const certificate = (name: string) => new X509Certificate(certificateFile(name));
const own = (key: string, ...names: readonly string[]): OurProofCase['local'] => ({
  method: 'signature',
  key: createPrivateKey(certificateFile(key)),
  certificates: names.map((name) => new Uint8Array(certificate(name).raw)),
});
const hash = (name: string) => authorityHash(certificate(name));
const GOOD: OurProofCase = {
  local: own('gw.key', 'gw.pem'),
  id: fqdn('gw.example.com'),
  requested: [],
  authorities: [certificate('ca.pem')],
  date: Date.UTC(2026, 10, 21),
};

describe('faultsOfOurProof', () => {
  it.each<[string, Partial<OurProofCase>, readonly string[]]>([
    ['nothing wrong', {}, []],
    ['our authority is asked for', { requested: [hash('ca.pem'), hash('client.pem')] }, []],
    ['our intermediate is asked for', { local: own('gw.key', 'leaf.pem', 'sub.pem'), requested: [hash('sub.pem')] }, []],
    ['another is asked for', { requested: [hash('client.pem')] }, ['certificate-untrusted']],
    ['another is asked for, and we do not know our own authority', { requested: [hash('client.pem')], authorities: [] }, []],
    ['expired', { local: own('gw.key', 'expired.pem') }, ['certificate-expired']],
    ['for mail alone, without names', { local: own('gw.key', 'mail.pem') }, ['certificate-extended-key-usage', 'identity-mismatch']],
    ['another name', { id: fqdn('moon') }, ['identity-mismatch']],
    ['another key', { local: own('client.key', 'gw.pem') }, ['certificate-key-mismatch']],
    [
      'all at once',
      { local: own('client.key', 'expired.pem'), id: fqdn('moon') },
      ['certificate-key-mismatch', 'certificate-expired', 'identity-mismatch'],
    ],
    ['no certificate', { local: { method: 'psk', secret: new Secret(new Uint8Array(1)) } }, []],
  ])('%s', (_, over, codes) => {
    const faults = faultsOfOurProof({ ...GOOD, ...over });
    expect(faults.map(({ code }) => code)).toEqual(codes);
    for (const { text, ours } of faults) expect([text, ours]).toEqual([expect.stringMatching(/\bour|we\b/), expect.stringMatching(/./)]);
  });

  it('names both authorities', () => {
    const [fault] = faultsOfOurProof({ ...GOOD, requested: [hash('client.pem')] });
    expect(fault?.text).toMatch(/asked for certificates of another authority, ours is of .*Test CA/);
    expect(fault?.theirs).toContain(Buffer.from(hash('client.pem')).toString('hex'));
  });
});
