import { expect, it } from 'vitest';
import { ownLineWords, unacceptedFixes } from '../../../../src/probes/openvpn/shared/certificate-words.js';

const refused = (code: string, ours: string, theirs: string) => ({ code, by: 'us' as const, exchange: 'tls', text: '', ours, theirs });

it.each([
  ['certificate-issuer-unknown', 'CN=old', 'CN=new', ['ours', 'theirs'], 'ca.crt of its administrator, with CN=new in it'],
  ['certificate-revocation-list', 'a valid list', 'one that is too old', ['ours', 'ours'], 'easyrsa gen-crl'],
  ['certificate-revoked', 'not revoked', 'revoked', ['theirs'], 'a new certificate for the server'],
  ['certificate-signature-wrong', '', '', ['theirs'], 'openssl verify'],
])('%s is mended at the end that has to', (code, ours, theirs, ends, first) => {
  const fixes = unacceptedFixes(refused(code, ours, theirs));
  expect(fixes.map(({ end }) => end)).toEqual(ends);
  expect(fixes[0]?.text).toContain(first);
});

it.each([
  ['name vpn.example.com', 'server', 'verify-x509-name server name, if that is the server you mean'],
  ['subject CN=gw', 'C=CH, CN=server', "verify-x509-name 'C=CH, CN=server' subject, if that is the server you mean"],
  ['subject server', 'C=CH, CN=server', 'verify-x509-name server name'],
])('another name than %s', (ours, theirs, text) => {
  expect(ownLineWords(refused('certificate-name', ours, theirs))?.fix).toEqual([{ end: 'ours', text }]);
});

it.each([
  ['certificate-extended-key-usage', 'clientAuth', 'serverAuth', 'remote-cert-eku clientAuth'],
  ['certificate-key-usage', 'remote-cert-ku 06', 'a8', 'remote-cert-ku 06'],
])('%s that only our line is against is mended there first', (code, ours, theirs, line) => {
  const words = ownLineWords(refused(code, ours, theirs));
  expect(words?.cause).toContain(`${line} in our configuration`);
  expect(words?.fix[0]?.text).toContain('remote-cert-tls server in place of');
});

it.each([
  ['certificate-extended-key-usage', 'serverAuth or anyExtendedKeyUsage', 'clientAuth'],
  ['certificate-key-usage', 'keyUsage', 'none'],
])('%s that a client wants as a rule is the server’s', (code, ours, theirs) => {
  expect(ownLineWords(refused(code, ours, theirs))).toBeUndefined();
});
