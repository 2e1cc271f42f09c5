import { describe, expect, it } from 'vitest';
import { judgeChain, judgeDates, judgeKey } from '../../../src/checks/shared/certificate-verdicts.js';
import type { Credential } from '../../../src/checks/shared/credentials.js';
import { parseKeyFile } from '../../../src/host/certificates.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import { certificateFile } from '../../support/certificates.js';
import { sourced } from '../../support/configured-facts.js';
import { certificates, credential } from '../../support/credential.js';

const denied = noAnswer('denied', 'gw.pem: denied');
const empty = credential({ certificates: answer([]) });

describe('dates', () => {
  const NOW = new Date('2026-01-02T03:04:05Z');
  const judge = (given: Credential, now = NOW) => judgeDates('cert-dates', given, now, 'dates');
  const end = certificates('gw.pem')[0]?.notAfter.getTime() ?? 0;
  const DAY = 86_400_000;

  it.each([
    ['the authority ends first', judge(credential({ authorities: { certificates: certificates('ca.pem') } })), 'pass'],
    ['a file without a certificate', judge(empty), 'unknown'],
    ['thirty days are not soon', judge(credential(), new Date(end - 30 * DAY)), 'pass'],
    ['a moment less is', judge(credential(), new Date(end - 30 * DAY + 1)), 'warn'],
    ['the last moment is valid', judge(credential(), new Date(end)), 'warn'],
    ['the next is not', judge(credential(), new Date(end + 1)), 'fail'],
    [
      'an authority that has nothing to do with it',
      judge(credential({ authorities: { certificates: certificates('expired.pem') } })),
      'pass',
    ],
  ])('%s', (_, line, status) => expect(line.status).toBe(status));

  it("the other end's is mended there", () => {
    const expired = { certificates: answer(certificates('expired.pem')) };
    expect(judge(credential({ ...expired, end: 'remote' })).finding?.fix.map(({ end }) => end)).toEqual(['theirs']);
    expect(judge(credential(expired)).finding?.fix.map(({ end }) => end)).toEqual(['ours']);
  });
});

describe('keys', () => {
  const judge = (changes: Parameters<typeof credential>[0]) => judgeKey('cert-key-match', credential(changes), 'key');
  const key = (name: string): Credential['keys'][number] => {
    const read = parseKeyFile(certificateFile(name));
    return { path: name, key: read === undefined ? noAnswer('failed', `${name}: none`) : answer(read) };
  };
  const gone: Credential['keys'][number] = { path: 'gone.key', key: noAnswer('missing', 'gone.key: no such file') };
  const shut: Credential['keys'][number] = { path: 'shut.key', key: noAnswer('denied', 'shut.key: denied') };
  const ckaid = certificates('gw.pem')[0]?.publicKey.nssIds[0] ?? '';

  it.each([
    [
      'the right one among several',
      judge({ keys: [gone, shut, key('encrypted.key'), key('client.key'), key('gw.key')] }),
      'pass',
      'gw.key',
    ],
    ['none that fits, one that may', judge({ keys: [key('client.key'), key('encrypted.key')] }), 'unknown', 'encrypted.key is encrypted'],
    ['none that fits, one that cannot be read', judge({ keys: [key('client.key'), shut] }), 'unknown', 'shut.key: denied'],
    [
      'none that fits, and one that is gone',
      judge({ keys: [key('client.key'), gone] }),
      'fail',
      'no private key belongs to the certificate',
    ],
    ['one that is gone', judge({ keys: [gone] }), 'fail', 'there is no private key'],
    [
      'a token may have it',
      judge({ keys: [key('client.key')], onToken: true }),
      'unknown',
      'the key may be on a token, which is not asked',
    ],
    [
      'NSS has it, the file another',
      judge({ keys: [key('client.key')], nssKeys: answer([{ type: 'RSA', ckaid }]) }),
      'pass',
      `NSS, ckaid ${ckaid}`,
    ],
    ['NSS has it not, the file does', judge({ keys: [key('gw.key')], nssKeys: answer([{ type: 'RSA', ckaid: 'aa' }]) }), 'pass', 'gw.key'],
    ['NSS has one without an id', judge({ nssKeys: answer([{ type: 'RSA' }]) }), 'fail', 'no private key belongs to the certificate'],
    ['NSS is empty', judge({ nssKeys: answer([]) }), 'fail', 'there is no private key'],
    [
      'NSS cannot be asked',
      judge({ keys: [key('gw.key')], nssKeys: noAnswer('denied', 'showhostkey: denied') }),
      'unknown',
      'showhostkey: denied',
    ],
    ['no certificate', judge({ certificates: answer([]) }), 'unknown', 'no certificate'],
    ['the certificate cannot be read', judge({ certificates: denied }), 'unknown', 'gw.pem: denied'],
  ])('%s', (_, { status, detail }, expected, words) => expect([status, detail]).toEqual([expected, words]));

  it.each([
    ['strongswan', '/etc/swanctl/private'],
    ['openswan', 'ipsec.secrets'],
    ['libreswan', 'ipsec import'],
    ['openvpn', 'where key points to'],
  ] as const)('of %s belong %s', (product, place) => expect(judge({ product }).finding?.fix[0]?.text).toContain(place));
});

describe('chains', () => {
  const judge = (changes: Parameters<typeof credential>[0]) => judgeChain('cert-chain', credential(changes), 'chain');
  const leaf = { certificates: answer(certificates('leaf.pem')) };

  it.each([
    ['the intermediate in the file of the certificate', judge({ certificates: answer(certificates('leaf.pem', 'sub.pem')) }), 'pass'],
    ['no authority at all', judge({ authorities: { certificates: [], places: [] } }), 'warn'],
    ["a peer's, which is trusted as it is", judge({ ...leaf, end: 'remote' }), 'pass'],
    ['authorities where they are not listed', judge({ ...leaf, authorities: { hidden: true } }), 'skip'],
    [
      'signed by itself, authorities hidden',
      judge({ certificates: answer(certificates('ca.pem')), authorities: { hidden: true } }),
      'pass',
    ],
    [
      'complete, though a file could not be read',
      judge({ authorities: { certificates: certificates('ca.pem'), unread: ['/x.pem'] } }),
      'pass',
    ],
    ['incomplete, and a file could not be read', judge({ ...leaf, authorities: { unread: ['/x.pem'] } }), 'unknown'],
    ['no certificate', judge({ certificates: answer([]) }), 'unknown'],
    ['the certificate cannot be read', judge({ certificates: denied }), 'unknown'],
  ])('%s', (_, line, status) => expect(line.status).toBe(status));

  it('an issuer that is no authority', () => {
    const [own, issuer] = certificates('leaf.pem', 'sub.pem');
    if (own === undefined || issuer === undefined) expect.unreachable();
    const line = judge({ certificates: answer([own, { ...issuer, isAuthority: false }]), end: 'remote' });
    expect([line.status, line.finding?.code, line.finding?.fix[0]?.text]).toEqual([
      'fail',
      'host/cert-chain-not-authority',
      'put the certificate of O=Example, CN=Test CA into /etc/swanctl/x509ca',
    ]);
  });

  it('without a place of authorities it belongs into the file', () =>
    expect(judge({ ...leaf, source: sourced('leaf.pem', 0), authorities: { certificates: [], places: [] } }).finding?.fix[0]?.text).toBe(
      'put the certificate of O=Example, CN=Test Sub CA into the file with the certificate',
    ));
});
