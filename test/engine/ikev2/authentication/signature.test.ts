import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateFields } from '../../../../src/crypto/certificates/certificate-fields.js';
import type { LocalAuth, RemoteAuth } from '../../../../src/engine/ike/settings.js';
import type { ProofResult, ProofVerdict } from '../../../../src/engine/ikev2/authentication/contract.js';
import { judgeProof } from '../../../../src/engine/ikev2/authentication/judge-proof.js';
import { makeProof } from '../../../../src/engine/ikev2/authentication/make-proof.js';
import { authText } from '../../../../src/wire/ike/auth-text.js';
import type { Auth } from '../../../../src/wire/ike/payloads/auth.js';
import type { Cert } from '../../../../src/wire/ike/payloads/cert.js';
import type { Id } from '../../../../src/wire/ike/payloads/id.js';
import { certificateFile } from '../../../support/certificates.js';
import { fqdn, NOTHING, octetsOf } from './octets.js';

const GW = fqdn('gw.example.com');
const certificate = (name: string) => new X509Certificate(certificateFile(name));
const list = (name: string) => Buffer.from(certificateFile(name).replace(/-----[^-]*-----/g, ''), 'base64');
const der = (name: string): Uint8Array => new Uint8Array(certificate(name).raw);
const gwKey = createPrivateKey(certificateFile('gw.key'));
const clientKey = createPrivateKey(certificateFile('client.key'));
/** Within the validity of all but the expired one. */
const DATE = Date.UTC(2026, 10, 21);
const ALL_HASHES = [2, 3, 4, 5];

type LocalSignature = Extract<LocalAuth, { readonly method: 'signature' }>;
const local = (key: KeyObject, names: readonly string[], over: Partial<LocalSignature> = {}): LocalSignature => ({
  method: 'signature',
  key,
  certificates: names.map(der),
  ...over,
});

function proofOf(made: ProofResult) {
  if (!made.ok) throw new Error(made.refusal.text);
  return made.proof;
}

interface Case {
  readonly id?: Id;
  readonly hashes?: readonly number[];
  readonly requested?: readonly Uint8Array[];
  readonly change?: (shown: { auth: Auth; certs: readonly Cert[] }) => { auth: Auth; certs: readonly Cert[] };
  readonly peerRole?: 'initiator' | 'responder';
}

function judged(
  from: LocalAuth,
  remote: Partial<RemoteAuth>,
  { id = GW, hashes = ALL_HASHES, change, peerRole = 'initiator' }: Case = {},
): ProofVerdict {
  const { auth, certs } = proofOf(makeProof(from, octetsOf(id), { hashes, requested: [] }));
  const shown = change === undefined ? { auth, certs } : change({ auth, certs });
  return judgeProof({ id, ...shown }, { ...NOTHING, ...remote }, { octets: octetsOf(id), date: DATE, peerRole });
}

const CA = { authorities: [certificate('ca.pem')] };

describe('signatures by kind of key, with raw public keys (RFC 7670)', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  it.each<[string, { publicKey: KeyObject; privateKey: KeyObject }, LocalSignature['scheme'], readonly number[] | undefined, string]>([
    ['RSA, RFC 7427', rsa, undefined, ALL_HASHES, 'Digital Signature (RSA with SHA2-256)'],
    ['RSA, PSS', rsa, 'pss', ALL_HASHES, 'Digital Signature (RSASSA-PSS with SHA2-256)'],
    ['RSA, the peer knows SHA2-512 alone', rsa, undefined, [4], 'Digital Signature (RSA with SHA2-512)'],
    ['RSA, classic by wish', rsa, 'classic', ALL_HASHES, 'RSA Digital Signature'],
    ['RSA, the peer announced nothing', rsa, undefined, undefined, 'RSA Digital Signature'],
    ['P-256', ec('prime256v1'), undefined, ALL_HASHES, 'Digital Signature (ECDSA with SHA2-256)'],
    ['P-384', ec('secp384r1'), undefined, ALL_HASHES, 'Digital Signature (ECDSA with SHA2-384)'],
    ['P-521', ec('secp521r1'), undefined, ALL_HASHES, 'Digital Signature (ECDSA with SHA2-512)'],
    ['P-256, RFC 4754', ec('prime256v1'), 'classic', ALL_HASHES, 'ECDSA with SHA-256 on the P-256 curve'],
    ['P-384, RFC 4754', ec('secp384r1'), undefined, undefined, 'ECDSA with SHA-384 on the P-384 curve'],
    ['P-521, RFC 4754', ec('secp521r1'), 'classic', undefined, 'ECDSA with SHA-512 on the P-521 curve'],
    ['Ed25519', generateKeyPairSync('ed25519'), undefined, ALL_HASHES, 'Digital Signature (Ed25519)'],
    ['Ed448', generateKeyPairSync('ed448'), undefined, ALL_HASHES, 'Digital Signature (Ed448)'],
  ])('%s', (_, { publicKey, privateKey }, scheme, hashes, name) => {
    const from = local(privateKey, [], { raw: true, ...(scheme && { scheme }) });
    const { auth, certs, method } = proofOf(makeProof(from, octetsOf(GW), { ...(hashes && { hashes }), requested: [] }));
    expect(authText(auth)).toBe(name);
    expect(certs.map(({ encoding }) => encoding)).toEqual([15]);
    const judge = (data: Uint8Array, rawKeys: readonly KeyObject[]) =>
      judgeProof(
        { id: GW, auth: { ...auth, data }, certs },
        { ...NOTHING, rawKeys },
        { octets: octetsOf(GW), date: DATE, peerRole: 'responder' },
      );
    expect(judge(auth.data, [publicKey])).toMatchObject({ verdict: 'valid', method });
    const broken = Uint8Array.from(auth.data);
    broken[broken.length - 5] = (broken.at(-5) as number) ^ 1;
    expect(judge(broken, [publicKey]).refusal?.code).toBe('signature-invalid');
    expect(judge(auth.data, [createPublicKey(gwKey)]).refusal).toMatchObject({ code: 'key-untrusted', ours: 'an ECDSA key on P-256' });
  });

  it.each<[string, KeyObject, LocalSignature['scheme'], readonly number[] | undefined]>([
    ['Ed25519 for a peer without RFC 7427', generateKeyPairSync('ed25519').privateKey, undefined, undefined],
    ['Ed25519 for a peer without Identity', generateKeyPairSync('ed25519').privateKey, undefined, [2, 3, 4]],
    ['Ed25519, classic by wish', generateKeyPairSync('ed25519').privateKey, 'classic', ALL_HASHES],
  ])('%s cannot be, in words', (_, key, scheme, hashes) => {
    const made = makeProof(local(key, [], { raw: true, ...(scheme && { scheme }) }), octetsOf(GW), {
      ...(hashes && { hashes }),
      requested: [],
    });
    expect(made).toMatchObject({
      ok: false,
      refusal: { code: 'signature-impossible', by: 'us', exchange: 'IKE_AUTH', ours: 'an Ed25519 key' },
    });
  });

  it('an RSA key too short for its hash cannot be, in words', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 512 });
    expect(makeProof(local(privateKey, []), octetsOf(GW), { hashes: [4], requested: [] })).toMatchObject({
      ok: false,
      refusal: { code: 'signature-impossible' },
    });
  });
});

describe('certificates that we send', () => {
  const sent = (names: readonly string[], requested: readonly Uint8Array[]) =>
    proofOf(makeProof(local(gwKey, names), octetsOf(GW), { hashes: ALL_HASHES, requested })).certs.map(
      ({ data }) => new X509Certificate(data).subject,
    );
  const hashOf = (name: string) =>
    createHash('sha1')
      .update(certificate(name).publicKey.export({ type: 'spki', format: 'der' }))
      .digest();
  const subject = (name: string) => certificate(name).subject;

  it.each<[string, readonly string[], readonly Uint8Array[], readonly string[]]>([
    ['our own and the intermediate', ['leaf.pem', 'sub.pem'], [hashOf('ca.pem')], ['leaf.pem', 'sub.pem']],
    ['without being asked too', ['leaf.pem', 'sub.pem'], [], ['leaf.pem', 'sub.pem']],
    ['no authority that signed itself', ['leaf.pem', 'sub.pem', 'ca.pem'], [], ['leaf.pem', 'sub.pem']],
    ['nothing that the peer said it has', ['leaf.pem', 'sub.pem', 'ca.pem'], [hashOf('sub.pem')], ['leaf.pem']],
    ['our own, whatever was asked for', ['gw.pem'], [hashOf('sub.pem')], ['gw.pem']],
  ])('%s', (_, names, requested, expected) => expect(sent(names, requested)).toEqual(expected.map(subject)));
});

describe('judging certificates', () => {
  const gw = local(gwKey, ['gw.pem']);

  it('a good one: whose, by whom, until when', () => {
    const verdict = judged(gw, CA);
    expect(verdict).toMatchObject({ verdict: 'valid', method: 'signature, ECDSA with SHA2-256' });
    expect(verdict.text).toMatch(/^signed with the key of .*an ECDSA key on P-256.*, issued by .*Test CA, valid until 2099/);
  });

  it('through an intermediate that the peer sent', () => expect(judged(local(gwKey, ['leaf.pem', 'sub.pem']), CA).verdict).toBe('valid'));
  it('through one that we have', () =>
    expect(judged(local(gwKey, ['leaf.pem']), { ...CA, intermediates: [certificate('sub.pem')] }).verdict).toBe('valid'));
  it('one that is not sent and that we have', () => {
    const change = ({ auth }: { auth: Auth }) => ({ auth, certs: [] });
    expect(judged(gw, { ...CA, intermediates: [certificate('gw.pem')] }, { change }).verdict).toBe('valid');
    expect(judged(gw, { ...CA, rawKeys: [createPublicKey(gwKey)] }, { change }).verdict).toBe('valid');
    expect(judged(gw, CA, { change }).refusal?.code).toBe('certificate-missing');
  });
  it('one whose key was given to us', () => expect(judged(gw, { rawKeys: [createPublicKey(gwKey)] }).verdict).toBe('valid'));
  it('by its distinguished name', () => {
    const id = { type: 9, data: Buffer.from('300f310d300b06035504030c0454657374', 'hex') };
    expect(judged(gw, CA, { id }).refusal?.code).toBe('identity-mismatch');
  });
  it('a gateway without serverAuth works, with a remark for gateways alone', () => {
    const client = local(clientKey, ['client.pem']);
    const remote = { authorities: CA.authorities };
    const id = clientSubject();
    expect(judged(client, remote, { id }).text).not.toContain('serverAuth');
    expect(judged(client, remote, { id, peerRole: 'responder' })).toMatchObject({
      verdict: 'valid',
      text: expect.stringContaining('without serverAuth'),
    });
  });

  it.each<[string, LocalAuth, Partial<RemoteAuth>, Case, string, RegExp]>([
    ['expired', local(gwKey, ['expired.pem']), CA, {}, 'certificate-expired', /expired: not after 2021-01-01/],
    ['for mail alone', local(gwKey, ['mail.pem']), CA, {}, 'certificate-extended-key-usage', /emailProtection/],
    ['of another authority', gw, { authorities: [certificate('client.pem')] }, {}, 'certificate-untrusted', /Test CA/],
    ['without its intermediate', local(gwKey, ['leaf.pem']), CA, {}, 'certificate-untrusted', /./],
    [
      'revoked',
      local(clientKey, ['client.pem']),
      { ...CA, revocationLists: [list('fresh.crl')] },
      { id: clientSubject() },
      'certificate-revoked',
      /revoked/,
    ],
    [
      'for another name',
      gw,
      CA,
      { id: fqdn('other.example.com') },
      'identity-mismatch',
      /calls itself "other.example.com", its certificate is for .*dns:gw.example.com/,
    ],
    ['with the key of another certificate', local(clientKey, ['gw.pem']), CA, {}, 'signature-invalid', /another private key/],
    [
      'when another identity is expected',
      gw,
      { ...CA, ids: [fqdn('sun')] },
      {},
      'identity-mismatch',
      /expected was "sun"; its proof itself is right/,
    ],
    ['where we want a pre-shared key', gw, { secrets: [], allowNull: true }, {}, 'method-not-allowed', /Digital Signature, we want NULL/],
  ])('one %s', (_, from, remote, options, code, text) => {
    const verdict = judged(from, remote, options);
    expect(verdict).toMatchObject({ verdict: 'invalid', refusal: { code, by: 'us', exchange: 'IKE_AUTH' } });
    expect(verdict.text).toMatch(text);
    expect(verdict.refusal?.ours).toBeTruthy();
    expect(verdict.refusal?.theirs).toBeTruthy();
  });

  it.each<[string, (shown: { auth: Auth; certs: readonly Cert[] }) => { auth: Auth; certs: readonly Cert[] }, string]>([
    ['by URL', ({ auth }) => ({ auth, certs: [{ encoding: 12, data: Buffer.from('http://x') }] }), 'certificate-by-url'],
    ['no certificate', ({ auth }) => ({ auth, certs: [{ encoding: 4, data: Buffer.from('junk') }] }), 'certificate-malformed'],
    ['of a kind that nobody reads', ({ auth }) => ({ auth, certs: [{ encoding: 2, data: Buffer.from('pgp') }] }), 'certificate-malformed'],
    [
      'an algorithm that nobody knows',
      ({ certs }) => ({ certs, auth: { method: 14, data: Uint8Array.of(2, 5, 0, 1, 2, 3) } }),
      'signature-algorithm-unknown',
    ],
    ['an algorithm of another key', ({ certs }) => ({ certs, auth: { method: 1, data: new Uint8Array(64) } }), 'signature-key-mismatch'],
    ['an algorithm that is cut', ({ certs }) => ({ certs, auth: { method: 14, data: Uint8Array.of(20, 5) } }), 'auth-malformed'],
  ])('a peer that shows %s', (_, change, code) => expect(judged(gw, CA, { change }).refusal?.code).toBe(code));
});

describe('a probe without anything to check with', () => {
  const remote = { acceptUnverified: true };
  it.each<[string, LocalAuth, Case, RegExp]>([
    ['a good certificate', local(gwKey, ['gw.pem']), {}, /issued by .*Test CA.*the signature is right, only trust is missing/],
    ['an expired one', local(gwKey, ['expired.pem']), {}, /the signature is right, but the certificate of .* has expired/],
    ['another name', local(gwKey, ['gw.pem']), { id: fqdn('x') }, /but the peer calls itself "x"/],
    ['a raw key', local(gwKey, [], { raw: true }), {}, /without certificate; the signature is right, only trust/],
    ['nothing', local(gwKey, []), {}, /sent no certificate/],
  ])('sees %s and says so', (_, from, options, text) => {
    const verdict = judged(from, remote, options);
    expect(verdict.verdict).toBe('unverified');
    expect(verdict.text).toMatch(text);
  });
  it('still finds a signature that is wrong', () =>
    expect(judged(local(clientKey, ['gw.pem']), remote)).toMatchObject({ verdict: 'invalid', refusal: { code: 'signature-invalid' } }));
});

/** The subject of the client certificate. */
function clientSubject(): Id {
  return { type: 9, data: certificateFields(certificate('client.pem')).subject };
}
