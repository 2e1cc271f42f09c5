import { expect, it } from 'vitest';
import { nameFixes, unacceptedFixes } from '../../../../src/probes/openvpn/shared/certificate-words.js';

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
  ['name vpn.example.com', 'server', 'verify-x509-name server name'],
  ['subject CN=gw', 'C=CH, CN=server', "verify-x509-name 'C=CH, CN=server' subject"],
])('another name than %s', (ours, theirs, line) => {
  expect(nameFixes(refused('certificate-name', ours, theirs))).toEqual([{ end: 'ours', text: `${line}, if that is the server you mean` }]);
});
