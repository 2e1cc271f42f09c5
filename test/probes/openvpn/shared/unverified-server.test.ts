import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { endedOutcome } from '../../../../src/probes/openvpn/shared/ended.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { isUnverified, unverifiedOutcome } from '../../../../src/probes/openvpn/shared/unverified-server.js';
import { certificateFile } from '../../../support/certificates.js';
import { openvpnSettings } from '../../../support/openvpn-settings.js';

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

it.each([
  ['kept back where the server cannot be verified', [], true],
  ['shown otherwise', [new X509Certificate(certificateFile('ca.pem'))], false],
] as const)('TLS 1.2 that comes to nothing: our certificate was %s', (_, authorities, kept) => {
  const { tls, ...rest } = openvpnSettings('client');
  const udp = { ...rest, tls: { ...tls, peer: { ...tls.peer, authorities } } };
  const facts = new ProbeFacts();
  facts.apply({
    session: 1,
    at: 0,
    kind: 'ended',
    by: 'nobody',
    refusal: { code: 'timeout', by: 'nobody', exchange: 'TLS', text: 'late' },
  });
  const link = { date: () => Date.UTC(2026, 5, 1) };
  const context = { facts, target: { host: 'vpn.example', settings: { udp, tcp: udp } }, link } as unknown as ProbeContext;
  const [finding] = endedOutcome('tls', context).findings ?? [];
  expect(finding?.code).toBe('openvpn/tls-failed');
  expect(finding?.cause.includes('We showed no certificate')).toBe(kept);
  expect(finding?.fix.some((fix) => 'text' in fix && fix.text.startsWith('--ca FILE'))).toBe(kept);
});
