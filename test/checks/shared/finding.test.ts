import { expect, it } from 'vitest';
import { asRoot, hostFinding, THIS_HOST } from '../../../src/checks/shared/finding.js';

const said = { severity: 'error', title: 't', cause: 'c', evidence: [], fix: [], retest: 'r', refs: [] } as const;

it('a finding is about this host and sure, unless said otherwise', () => {
  expect(hostFinding('x', said)).toMatchObject({ code: 'host/x', subject: THIS_HOST, confidence: 0.95, dependsOn: [] });
  expect(hostFinding('x', { ...said, what: 'y', subject: 'road', confidence: 0.5, dependsOn: ['host/z'] })).toMatchObject({
    code: 'host/x-y',
    subject: 'road',
    confidence: 0.5,
    dependsOn: ['host/z'],
  });
});

it('commands stand on lines of their own, which no report breaks', () =>
  expect(asRoot('ip link set a up', 'ip link set b up')).toEqual({ end: 'ours', text: 'as root:\nip link set a up\nip link set b up' }));
