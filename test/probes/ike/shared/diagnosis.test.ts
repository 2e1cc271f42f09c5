import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../../src/engine/refusal.js';
import { diagnosisOf } from '../../../../src/probes/ike/shared/diagnosis.js';
import { ProbeFacts } from '../../../../src/probes/ike/shared/probe-facts.js';
import { refusalLine, valueLines } from '../../../../src/probes/ike/shared/refused.js';
import type { ProbeTarget } from '../../../../src/probes/ike/target.js';
import { initiatorSettings } from '../../../../src/services/settings/from-flags.js';
import { tunnelFlagsOf } from '../../../support/probe-lab.js';

const tunnel = await initiatorSettings(
  tunnelFlagsOf(['--psk', 'secret', '--peer-id', '@gw']),
  4,
  { first: 500, patience: 4000 },
  { ask: undefined, warn: () => {} },
);
const target = { host: 'gw', ports: { ike: 500, natt: 4500 }, tunnel } as ProbeTarget;
const refusal = (code: string, exchange = 'IKE_AUTH', by: Refusal['by'] = 'peer'): Refusal => ({
  code,
  by,
  exchange,
  text: `because of ${code}`,
});

/** Everything the engine refuses with, as far as a probe can meet it. */
const codes: readonly (readonly [code: string, exchange: string, slug: string])[] = [
  ['no-proposal-chosen', 'IKE_SA_INIT', 'no-ike-proposal'],
  ['no-proposal-chosen', 'IKE_AUTH', 'no-esp-proposal'],
  ['no-proposal-chosen', 'CREATE_CHILD_SA', 'rekey-refused'],
  ['authentication-failed', 'IKE_AUTH', 'authentication-refused'],
  ['ts-unacceptable', 'IKE_AUTH', 'selectors-refused'],
  ['single-pair-required', 'IKE_AUTH', 'selectors-refused'],
  ['internal-address-failure', 'IKE_AUTH', 'no-virtual-ip'],
  ['failed-cp-required', 'IKE_AUTH', 'virtual-ip-required'],
  ['invalid-ke-payload', 'IKE_SA_INIT', 'no-common-group'],
  ['invalid-major-version', 'IKE_SA_INIT', 'ikev1-only'],
  ['invalid-ike-spi', 'INFORMATIONAL', 'peer-restarted'],
  ['eap-wrong-password', 'IKE_AUTH', 'eap-refused'],
  ['eap-tls-failed', 'IKE_AUTH', 'eap-refused'],
  ['ppk-mismatch', 'IKE_AUTH', 'ppk-mismatch'],
  ['mode-mismatch', 'IKE_AUTH', 'mode-mismatch'],
  ['childless-not-supported', 'IKE_AUTH', 'childless-not-supported'],
  ['timeout', 'IKE_AUTH', 'ike-auth-unanswered'],
  ['timeout', 'INFORMATIONAL', 'exchange-unanswered'],
  ['init-loop', 'IKE_SA_INIT', 'refused-init-loop'],
  ['notify-9999', 'IKE_AUTH', 'refused-notify-9999'],
];

describe('diagnosisOf', () => {
  it.each(codes)('%s in %s is %s', (code, exchange, slug) => {
    const { cause, fix, ...diagnosis } = diagnosisOf(refusal(code, exchange), target, new ProbeFacts());
    expect(diagnosis.slug).toBe(slug);
    expect(cause.length).toBeGreaterThan(25);
    expect(fix.length).toBeGreaterThan(0);
    expect(`${cause} ${fix.map(({ text }) => text).join(' ')}`).not.toMatch(/undefined|\[object|secret,/);
  });

  it('silence in a TCP connection is of another service, or of nobody', () => {
    const overTcp = { ...target, ports: { ...target.ports, tcp: 4500 } };
    const facts = new ProbeFacts();
    expect(diagnosisOf(refusal('timeout', 'IKE_SA_INIT', 'nobody'), overTcp, facts).slug).toBe('tcp-without-ike');
    const chosen = { number: 1, protocol: 1, spi: new Uint8Array(), transforms: [] };
    facts.proposal = { kind: 'ike-proposal', sa: { spiI: '', spiR: '' }, chosen, offered: [], at: 0 };
    expect(diagnosisOf(refusal('timeout', 'IKE_AUTH', 'nobody'), overTcp, facts).slug).toBe('ike-auth-unanswered');
  });

  it('what we do not believe of the peer is about the peer', () => {
    const facts = new ProbeFacts();
    facts.peerAuth = { sa: { spiI: '', spiR: '' }, at: 0, kind: 'peer-auth', verdict: 'invalid', method: 'psk', text: 'no' };
    expect(diagnosisOf(refusal('psk-mismatch', 'IKE_AUTH', 'us'), target, facts).slug).toBe('peer-psk-mismatch');
  });
});

it('a refusal in one line, and the values of both sides that can be broken', () => {
  const one: Refusal = { ...refusal('x'), notify: 'NO_PROPOSAL_CHOSEN', ours: 'IKE:A/B, ESP:C', theirs: 'D/E' };
  expect(refusalLine(one)).toBe('because of x: N(NO_PROPOSAL_CHOSEN) in IKE_AUTH');
  expect(refusalLine({ ...one, by: 'us' })).toBe('because of x; N(NO_PROPOSAL_CHOSEN) sent in IKE_AUTH');
  expect(valueLines(one)).toEqual(['ours: IKE: A B, ESP: C', 'theirs: D/E']);
});
