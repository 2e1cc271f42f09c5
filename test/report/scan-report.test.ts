import { describe, expect, it } from 'vitest';
import { gradedTransform, type Ikev2Scan, type ScanReport, scanRecord, scanText } from '../../src/report/scan-report.js';
import { proposal } from '../support/ike-settings.js';
import { plainStyle } from '../support/plain-style.js';

const of = (words: string) => proposal('IKE', words).transforms;
const GATEWAY = { host: 'gw.example.com', address: '198.51.100.2' };
const report = (over: Partial<Ikev2Scan> = {}): ScanReport => ({ ...GATEWAY, ikev2: ikev2(over) });
const ikev2 = (over: Partial<Ikev2Scan> = {}): Ikev2Scan => ({
  outcome: 'answered',
  first: of('AES_CBC_256 PRF_HMAC_SHA1 MODP_1024'),
  results: [
    { type: 1, accepted: of('AES_CBC_256 3DES').map(gradedTransform), unknown: [] },
    { type: 4, accepted: of('MODP_1024').map(gradedTransform), unknown: of('MODP_768').map(gradedTransform) },
  ],
  messages: 42,
  seconds: 4.2,
  cookies: true,
  vendorIds: [Buffer.from('me')],
  payloads: ['SA', 'KE', 'Nonce'],
  wantsCertificates: true,
  hashes: [2, 5],
  interrupted: false,
  ...over,
});
const text = (over: Partial<Ikev2Scan> = {}, columns = 80) => scanText(report(over), plainStyle(columns), false).join('\n');

describe('scanText', () => {
  it('grades what is accepted and sums it up', () => {
    expect(text()).toContain('  AES_CBC_256                strong\n');
    expect(text()).toMatch(/3DES {23}obsolete {5}64-bit blocks/);
    expect(text()).toContain('no answer   MODP_768');
    expect(text()).toMatch(/Verdict: weak, and accepted: 3DES, MODP_1024; 1 algorithm without an answer; 42\s+messages in 4\.2 s\./);
    expect(text()).toContain('digital signatures with SHA2-256, Identity');
    expect(text()).toMatch(/asks for\s+certificates/);
    expect(text()).toMatch(/cookies\s+demanded/);
  });

  it('a peer that fell silent is not one that accepts nothing weak', () => {
    const results = [{ type: 1, accepted: of('AES_CBC_256').map(gradedTransform), unknown: of('AES_CBC_128 3DES').map(gradedTransform) }];
    expect(text({ results })).toMatch(/Verdict: nothing weak so far; 2 algorithms without an answer; 42/);
  });

  it.each([
    ['silent', /no answer; 42 messages/],
    ['refused', /everything is refused/],
  ] as const)('says when the peer is %s', (outcome, wanted) => expect(text({ outcome, results: [] })).toMatch(wanted));

  it.each([
    ['answered', /what it has for our address is for\s+IKEv1;/],
    ['silent', /most likely there is no configuration for our\s+address;/],
  ] as const)('refused in IKEv2, %s in IKEv1', (outcome, wanted) => {
    const main = { outcome, accepted: [], complete: true, unanswered: 0, vendorIds: [], payloads: [], notifies: [], showsHash: false };
    const ikev1 = { main, methodsChecked: true, messages: 9, seconds: 1, interrupted: false };
    const refused = { ...report({ outcome: 'refused', payloads: ['N(NO_PROPOSAL_CHOSEN)'] }), ikev1 };
    const lines = scanText(refused, plainStyle(80), false).join('\n');
    expect(lines).toMatch(wanted);
    expect(lines).toContain('answers with  N(NO_PROPOSAL_CHOSEN)\n');
  });

  it('counts one message as one', () => expect(text({ outcome: 'silent', results: [], messages: 1 })).toMatch(/no answer; 1 message in/));

  it('does not call silence what was cut short', () => {
    expect(text({ outcome: 'silent', results: [], interrupted: true })).toMatch(/interrupted before anything/);
  });

  it.each([40, 80, 100])('keeps to %i columns', (columns) => {
    for (const outcome of ['answered', 'refused', 'silent'] as const)
      for (const line of text({ outcome }, columns).split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
  });
});

it('the JSON object names everything by IANA', () => {
  expect(scanRecord(report())).toMatchObject({
    schema: 'vpndoctor/scan/1',
    first_choice: ['AES_CBC_256', 'PRF_HMAC_SHA1', 'MODP_1024'],
    accepted: {
      encr: [
        { name: 'AES_CBC_256', key_length: 256, grade: 'strong' },
        { name: '3DES', grade: 'obsolete' },
      ],
      ke: [{ name: 'MODP_1024' }],
    },
    unanswered: ['MODP_768'],
    signature_hashes: ['SHA2-256', 'Identity'],
    wants_certificates: true,
    cookies: true,
    messages: 42,
  });
});
