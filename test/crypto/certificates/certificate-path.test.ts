import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findCertificatePath, type PathSearch } from '../../../src/crypto/certificates/certificate-path.js';

const read = (name: string): Uint8Array => readFileSync(new URL(`../../vectors/certificate-paths/${name}`, import.meta.url));
const pem = (name: string): X509Certificate => new X509Certificate(read(`${name}.pem`));
const NOW = Date.parse('2026-06-01T12:00:00Z');

/** With root trusted, unless said otherwise. */
function find(end: string, given: { intermediates?: string[]; authorities?: string[]; lists?: string[]; date?: number } = {}) {
  const search: PathSearch = {
    end: pem(end),
    intermediates: (given.intermediates ?? []).map(pem),
    authorities: (given.authorities ?? ['root']).map(pem),
    revocationLists: (given.lists ?? []).map((name) => read(`${name}.crl`)),
    date: given.date ?? NOW,
  };
  return findCertificatePath(search);
}

const names = (verdict: ReturnType<typeof find>): readonly string[] =>
  verdict.ok ? verdict.path.map(({ subject }) => /CN=(.*)/.exec(subject)?.[1] ?? '') : [verdict.fault.code];

describe('a path to an authority', () => {
  const rows: readonly (readonly [string, string, Parameters<typeof find>[1], readonly string[]])[] = [
    ['through what the peer sent', 'gateway', { intermediates: ['sub'] }, ['Gateway  One', 'Sub', 'Root']],
    [
      'whatever the order of what was sent',
      'gateway',
      { intermediates: ['deep', 'root', 'sub', 'gateway'] },
      ['Gateway  One', 'Sub', 'Root'],
    ],
    ['to an intermediate that is trusted itself', 'gateway', { authorities: ['sub'] }, ['Gateway  One', 'Sub']],
    ['of itself, where it is trusted as it is', 'gateway', { authorities: ['gateway'] }, ['Gateway  One']],
    ['signed by itself and trusted', 'alone', { authorities: ['alone'] }, ['alone.example.com']],
    [
      'past an authority of the same name',
      'gateway',
      { intermediates: ['sub'], authorities: ['other-root', 'root'] },
      ['Gateway  One', 'Sub', 'Root'],
    ],
    ['an anchor without any extension is the word of the user', 'below-plain', { authorities: ['plain'] }, ['gw.example.com', 'Plain']],
  ];
  for (const [title, end, given, expected] of rows) it(title, () => expect(names(find(end, given))).toEqual(expected));
});

describe('no path, and why', () => {
  const rows: readonly (readonly [string, Parameters<typeof find>[1], string, string, string, string])[] = [
    ['expired', {}, 'expired', 'has expired', 'now 2026-06-01 12:00:00 UTC', 'not after 2021-01-01 00:00:00 UTC'],
    ['early', {}, 'not-yet-valid', 'is not valid yet', 'now 2026-06-01 12:00:00 UTC', 'not before 2098-01-01 00:00:00 UTC'],
    ['gateway', {}, 'issuer-unknown', 'was issued by O=Example, CN=Sub, which is not there', 'O=Example, CN=Root', 'O=Example, CN=Sub'],
    [
      'gateway',
      { intermediates: ['sub'], authorities: ['alone'] },
      'issuer-unknown',
      'of O=Example, CN=Sub was issued by O=Example, CN=Root',
      'O=Example, CN=alone.example.com',
      'O=Example, CN=Root',
    ],
    ['gateway', { authorities: [] }, 'issuer-unknown', '(no authority)', 'no authority', 'O=Example, CN=Sub'],
    [
      'alone',
      {},
      'issuer-unknown',
      'is signed by itself and not among those trusted',
      'O=Example, CN=Root',
      'O=Example, CN=alone.example.com',
    ],
    [
      'gateway',
      { intermediates: ['sub'], authorities: ['other-root'] },
      'signature-wrong',
      'made by another authority of the same name, or altered',
      'key of O=Example, CN=Root, serial number 1001',
      'signed with another key',
    ],
    [
      'below-deep',
      { intermediates: ['deep', 'sub'] },
      'path-too-long',
      'O=Example, CN=Sub allows 0 authorities below itself, there are 1',
      '1 authorities',
      'pathLenConstraint 0',
    ],
    ['below-plain', { intermediates: ['plain'] }, 'not-an-authority', 'it has no basicConstraints', 'CA:TRUE', 'no basicConstraints'],
    ['below-said-no', { intermediates: ['said-no'] }, 'not-an-authority', 'its basicConstraints say CA:FALSE', 'CA:TRUE', 'CA:FALSE'],
    ['below-said-no', { authorities: ['said-no'] }, 'not-an-authority', 'its basicConstraints say CA:FALSE', 'CA:TRUE', 'CA:FALSE'],
    [
      'below-lists-only',
      { intermediates: ['lists-only'] },
      'key-usage',
      'may not sign certificates: its key usage is cRLSign',
      'keyCertSign',
      'cRLSign',
    ],
    [
      'encipher',
      {},
      'key-usage',
      'may not sign: its key usage is keyEncipherment',
      'digitalSignature or nonRepudiation',
      'keyEncipherment',
    ],
    ['code', {}, 'extended-key-usage', 'is not for IKE: its extended key usage is codeSigning', 'ipsecIKE or', 'codeSigning'],
    ['critical', {}, 'critical-extension', 'critical extensions that we do not know: 1.2.3.4', 'basicConstraints', '1.2.3.4'],
    [
      'revoked',
      { intermediates: ['sub'], lists: ['sub'] },
      'revoked',
      'was revoked on',
      'revocation list of 2020-06-01 00:00:00 UTC',
      'serial number 1008',
    ],
    // An old list still tells who was revoked.
    ['revoked', { intermediates: ['sub'], lists: ['stale'] }, 'revoked', 'by O=Example, CN=Sub', 'revocation list of', '1008'],
  ];
  for (const [end, given, code, text, ours, theirs] of rows) {
    it(`${end}, ${JSON.stringify(given)}: ${code}`, () => {
      const verdict = find(end, given);
      if (verdict.ok) throw new Error('a path was found');
      expect(verdict.fault.code).toBe(code);
      expect(verdict.fault.text).toContain(text);
      expect(verdict.fault.ours).toContain(ours);
      expect(verdict.fault.theirs).toContain(theirs);
    });
  }

  it('an authority that expires makes the path end, with its own name', () => {
    const verdict = find('gateway', { intermediates: ['sub'], date: Date.parse('2100-01-01T00:00:00Z') });
    expect(names(verdict)).toEqual(['expired']);
  });
});

describe('revocation lists', () => {
  const remarks = (verdict: ReturnType<typeof find>) => (verdict.ok ? verdict.remarks : verdict.fault.text);
  it('say nothing where all is checked, or none was given', () => {
    expect(remarks(find('gateway', { intermediates: ['sub'] }))).toEqual([]);
    expect(remarks(find('gateway', { intermediates: ['sub'], lists: ['sub', 'root'] }))).toEqual([]);
  });
  it('remark on what could not be checked', () => {
    expect(remarks(find('gateway', { intermediates: ['sub'], lists: ['sub'] }))).toEqual(['no revocation list of O=Example, CN=Root']);
    expect(remarks(find('gateway', { intermediates: ['sub'], lists: ['stale', 'root'] }))).toEqual([
      'the revocation list of O=Example, CN=Sub should have been renewed by 2021-01-01 00:00:00 UTC',
    ]);
  });
  it('signed by somebody else count for nothing', () => {
    expect(remarks(find('revoked', { intermediates: ['sub'], lists: ['forged', 'root'] }))).toEqual([
      'the revocation list of O=Example, CN=Sub is not signed by it',
    ]);
  });
  it('that are none are counted', () => {
    const verdict = findCertificatePath({
      end: pem('gateway'),
      intermediates: [pem('sub')],
      authorities: [pem('root')],
      revocationLists: [new Uint8Array(3), read('sub.crl').subarray(0, 100), read('root.pem')],
      date: NOW,
    });
    expect(remarks(verdict)).toEqual([
      '3 of the revocation lists cannot be read',
      'no revocation list of O=Example, CN=Sub',
      'no revocation list of O=Example, CN=Root',
    ]);
  });
});

it('refuses a certificate whose dates are none', () => {
  // The day 32 of a month, in the validity of a certificate that is trusted as it is: nobody checks its own signature.
  const der = Buffer.from(pem('alone').raw);
  const at = der.indexOf(Buffer.from([0x17, 0x0d])); // UTCTime of 13 bytes
  der.write('32', at + 6, 'latin1');
  const end = new X509Certificate(der);
  const verdict = findCertificatePath({ end, intermediates: [], authorities: [end], revocationLists: [], date: NOW });
  expect(verdict).toMatchObject({ ok: false, fault: { code: 'malformed', text: expect.stringContaining('dates that are none') } });
});
