import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../../src/engine/refusal.js';
import type { Path } from '../../../../src/engine/step.js';
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
  ['eap-method-not-allowed', 'IKE_AUTH', 'eap-refused'],
  ['eap-identity-refused', 'IKE_AUTH', 'eap-refused'],
  ['ppk-mismatch', 'IKE_AUTH', 'ppk-mismatch'],
  ['mode-mismatch', 'IKE_AUTH', 'mode-mismatch'],
  ['childless-not-supported', 'IKE_AUTH', 'childless-not-supported'],
  ['timeout', 'IKE_AUTH', 'ike-auth-unanswered'],
  ['timeout', 'INFORMATIONAL', 'exchange-unanswered'],
  ['redirect', 'IKE_SA_INIT', 'redirected'],
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

  it('silence behind answers is a limit of half-open SAs, or a second message that is not taken for what was asked', () => {
    const silence = refusal('timeout', 'IKE_SA_INIT', 'nobody');
    const facts = new ProbeFacts();
    expect(diagnosisOf(silence, target, facts).slug).toBe('exchange-unanswered');
    facts.cookies = 1;
    const limited = diagnosisOf(silence, target, facts);
    expect([limited.slug, limited.cause, limited.fix[0]?.text]).toEqual([
      'ike-sa-init-unanswered',
      expect.stringContaining('block_threshold'),
      expect.stringContaining('wait a minute'),
    ]);
    expect(limited.fix.map(({ text }) => text).join(' ')).not.toMatch(/4500|fragments/);
    facts.ignored.push({ kind: 'ignored', reason: 'the cookie again', path: {} as Path, sa: { spiI: '', spiR: '' }, at: 0 });
    expect(diagnosisOf(silence, target, facts).cause).toContain('ask once more for what was sent: the cookie again');
  });

  it.each([
    ['that we did not offer is offered in words of --ike', 31, 'no-common-group', 'offer it: --ike with curve25519'],
    ['that nobody has is not proposed', 9999, 'no-common-group', 'or accept ours'],
    ['that we have offered is a loop', 14, 'group-loop', '--ike with modp2048 and no other'],
  ])('a group %s', async (_, wanted, slug, fix) => {
    const flags = tunnelFlagsOf(['--psk', 'secret', '--ike', 'aes128-sha256-modp2048']);
    const ours = await initiatorSettings(flags, 4, { first: 500, patience: 4000 }, { ask: undefined, warn: () => {} });
    const facts = new ProbeFacts();
    facts.groupRetries.push({ kind: 'invalid-ke', offered: 14, wanted, sa: { spiI: '', spiR: '' }, at: 0 });
    const diagnosis = diagnosisOf(refusal('invalid-ke-payload', 'IKE_SA_INIT'), { ...target, tunnel: ours }, facts);
    expect(diagnosis.slug).toBe(slug);
    expect(diagnosis.fix[0]?.text).toContain(fix);
  });

  it('of a key without certificate no certificate is blamed, and names with blanks are quoted', () => {
    const dn = 'C=XX, CN=client';
    const failed = { ...refusal('authentication-failed'), ours: `IDi "${dn}", signature` };
    const key = { method: 'signature', raw: true } as unknown as typeof tunnel.settings.localAuth;
    const bare = { ...target, tunnel: { ...tunnel, settings: { ...tunnel.settings, localAuth: key } } };
    const { cause, fix } = diagnosisOf(failed, bare, new ProbeFacts());
    expect(cause).toContain('show no certificate');
    expect(cause).not.toContain('our certificate is not trusted');
    expect(fix[0]?.text).toContain('--cert FILE');
    expect(fix.map(({ text }) => text)).toContain(`ipsec.conf: rightid="${dn}"`);
    expect(diagnosisOf(refusal('authentication-failed'), target, new ProbeFacts()).cause).toContain('pre-shared keys differ');
  });

  it('behind a NAT the address that we call ourselves by is the first suspect, and in no line for the peer', () => {
    const facts = new ProbeFacts();
    facts.source = '192.168.7.2';
    const failed = { ...refusal('authentication-failed'), ours: 'IDi "192.168.7.2", pre-shared key' };
    expect(diagnosisOf(failed, target, facts).cause).toContain('likelihood: the pre-shared keys differ');
    facts.nat = { kind: 'nat', usBehindNat: true, peerBehindNat: false, supported: true, sa: { spiI: '', spiR: '' }, at: 0 };
    const { cause, fix } = diagnosisOf(failed, target, facts);
    expect(cause).toContain('likelihood: behind a NAT we call ourselves 192.168.7.2');
    expect(cause).toMatch(/; it keeps a tunnel that it has with this identity already[^;]*\. Its log names the one\.$/);
    expect([fix[0]?.end, fix[0]?.text]).toEqual(['ours', expect.stringMatching(/^--id /)]);
    expect(fix.some(({ text }) => text.includes('tunnel-group 192.168.7.2'))).toBe(false);
    expect(diagnosisOf({ ...failed, ours: 'IDi "me.example"' }, target, facts).cause).toContain('likelihood: the pre-shared keys differ');
  });

  it('EAP-TLS that fails has nothing to do with a password', () => {
    const { cause, fix } = diagnosisOf(refusal('eap-tls-failed'), target, new ProbeFacts());
    expect(cause).toContain('does not trust our certificate');
    expect(`${cause} ${fix.map(({ text }) => text).join(' ')}`).not.toContain('password');
    expect(diagnosisOf(refusal('eap-wrong-password'), target, new ProbeFacts()).cause).toContain('password are wrong');
  });

  it.each([
    ['TTLS', /vpndoctor has no TTLS/, /^a method that both have/],
    ['GTC', /no password was looked at/, /^--eap-method gtc with --eap-password-file/],
    ['TLS', /no password was looked at/, /^--eap-method tls with --cert/],
  ])('a server that asks for EAP-%s and for nothing of ours has seen no password', (theirs, why, first) => {
    const { cause, fix } = diagnosisOf({ ...refusal('eap-method-not-allowed'), theirs }, target, new ProbeFacts());
    expect(cause).toMatch(why);
    expect(cause).not.toContain('password are wrong');
    expect(fix[0]?.text).toMatch(first);
  });

  it('refused before EAP began, the password is under no suspicion; afterwards it is', () => {
    const localAuth = { method: 'eap', eap: { methods: ['mschapv2'] } } as const;
    const settings = { ...tunnel.settings, localAuth };
    const eap = { ...target, tunnel: { ...tunnel, settings } };
    const facts = new ProbeFacts();
    facts.supports.add('MULTIPLE_AUTH_SUPPORTED');
    const early = diagnosisOf(refusal('authentication-failed'), eap, facts).cause;
    expect(early).toContain('likelihood: it expects a certificate (--cert) or a pre-shared key');
    expect(early).toContain('RFC 4739');
    expect(early).toContain('RFC 5998');
    // Where it was offered, that is not what is missing.
    const none = { ...settings, remoteAuth: { ...settings.remoteAuth, secrets: [] } };
    const offered = { ...target, tunnel: { ...tunnel, settings: none } };
    expect(diagnosisOf(refusal('authentication-failed'), offered, facts).cause).not.toContain('RFC 5998');
    facts.eap.push('the server asks for MSCHAPv2');
    expect(diagnosisOf(refusal('authentication-failed'), eap, facts).cause).toContain('likelihood: user name or password are wrong');
  });

  it.each([
    ['identity-mismatch', 'certificate for C=CH, CN=gw, dns:*.example', /^a certificate with gw1\.example as it stands/],
    ['identity-mismatch', '"gw"', /^--peer-id "gw1\.example"/],
    ['certificate-key-usage', 'digitalSignature', /^a certificate, .* in which that is put right/],
    ['certificate-not-yet-valid', 'now', /clocks/],
    ['psk-not-found', '', /must be a pair/],
  ])('a peer that we do not believe for %s (ours: %s) is mended by what would help', (code, ours, first) => {
    const facts = new ProbeFacts();
    facts.identity = { type: 2, data: Buffer.from('gw1.example') };
    facts.peerAuth = { sa: { spiI: '', spiR: '' }, at: 0, kind: 'peer-auth', verdict: 'invalid', method: 'signature', text: 'no' };
    expect(diagnosisOf({ ...refusal(code, 'IKE_AUTH', 'us'), ours }, target, facts).fix[0]?.text).toMatch(first);
  });

  it('a peer that has to prove itself first has accepted nobody yet, and its authority is to be named', () => {
    const facts = new ProbeFacts();
    facts.peerAuth = { sa: { spiI: '', spiR: '' }, at: 0, kind: 'peer-auth', verdict: 'invalid', method: 'signature', text: 'no' };
    const { cause, fix } = diagnosisOf(refusal('certificate-untrusted', 'IKE_AUTH', 'us'), target, facts);
    expect(cause).not.toContain('accepted us');
    expect(fix[0]?.text).toContain('--ca with the certificate of the authority');
  });

  it('several selectors are lists without blanks in ipsec.conf', async () => {
    const flags = tunnelFlagsOf(['--psk', 'secret', '--local-ts', '10.1.0.0/16,10.3.0.0/16', '--remote-ts', '10.2.0.0/16']);
    const ours = await initiatorSettings(flags, 4, { first: 500, patience: 4000 }, { ask: undefined, warn: () => {} });
    const { fix } = diagnosisOf(refusal('ts-unacceptable'), { ...target, tunnel: ours }, new ProbeFacts());
    expect(fix.map(({ text }) => text).join('\n')).toContain('leftsubnet=10.2.0.0/16 rightsubnet=10.1.0.0/16,10.3.0.0/16 (libreswan');
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
