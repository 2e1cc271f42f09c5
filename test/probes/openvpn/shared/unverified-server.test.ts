import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { isUnverified, unverifiedOutcome } from '../../../../src/probes/openvpn/shared/unverified-server.js';
import { certificateFile } from '../../../support/certificates.js';

it.each([
  ['valid', false],
  ['invalid', false],
  ['unverified', true],
] as const)('a server whose certificate is %s', (verdict, unverified) => {
  const facts = new ProbeFacts();
  expect(isUnverified(facts)).toBe(false);
  facts.apply({ session: 1, at: 0, kind: 'peer-certificate', verdict, text: '' });
  expect(isUnverified(facts)).toBe(unverified);
});

it('the fingerprint is there to be compared and given', () => {
  const certificate = new X509Certificate(certificateFile('gw.pem'));
  const facts = new ProbeFacts();
  facts.apply({ session: 1, at: 0, kind: 'tls-up', keyId: 0, version: 'TLSv1.3', certificates: [certificate] });
  const context = { facts, target: { host: 'vpn.example' } } as ProbeContext;
  const { status, text, details, findings = [] } = unverifiedOutcome('TLSv1.3; gw', ['server: gw'], 1, context);
  expect({ status, text }).toEqual({ status: 'unknown', text: 'TLSv1.3; gw, not verified' });
  expect(details).toEqual(['server: gw', `SHA-256 ${certificate.fingerprint256}`]);
  expect(findings[0]).toMatchObject({ code: 'probe/openvpn-certificate-unverified', severity: 'info' });
  expect(findings[0]?.fix.map((fix) => ('text' in fix ? fix.text : '')).join()).toContain(
    `--peer-fingerprint ${certificate.fingerprint256}`,
  );
});
