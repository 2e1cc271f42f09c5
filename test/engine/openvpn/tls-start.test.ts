import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { tlsStart } from '../../../src/engine/openvpn/tls-start.js';
import { certificateFile } from '../../support/certificates.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

const certificate = (name: string) => new X509Certificate(certificateFile(name));

it.each<[string, string[], string[], string[]]>([
  ['an issuer that ca holds goes with it', ['leaf.pem'], ['ca.pem', 'sub.pem'], ['leaf.pem', 'sub.pem']],
  ['a root goes nowhere', ['gw.pem'], ['ca.pem'], ['gw.pem']],
  ['one that is there already goes once', ['leaf.pem', 'sub.pem'], ['sub.pem', 'ca.pem'], ['leaf.pem', 'sub.pem']],
  ['one that issued nothing of it stays', ['gw.pem'], ['sub.pem'], ['gw.pem']],
])('what a client shows: %s', (_, own, authorities, shown) => {
  const { tls, ...rest } = openvpnSettings('client');
  const peer = { ...tls.peer, authorities: authorities.map(certificate) };
  const start = tlsStart({ ...rest, tls: { ...tls, certificates: own.map(certificate), peer } });
  expect(start.certificates).toBe(shown.map((name) => certificate(name).toString()).join(''));
  expect(start.authorities).toBeUndefined();
});

it('a server tells its authorities, and shows what it was given', () => {
  const { tls, ...rest } = openvpnSettings('server');
  const peer = { ...tls.peer, authorities: [certificate('sub.pem')] };
  const start = tlsStart({ ...rest, tls: { ...tls, certificates: [certificate('leaf.pem')], peer } });
  expect([start.certificates, start.authorities]).toEqual(['leaf.pem', 'sub.pem'].map((name) => certificate(name).toString()));
});

it('a client that cannot check the server shows nothing of its own', () => {
  const { tls, ...rest } = openvpnSettings('client');
  const peer = { ...tls.peer, authorities: [], fingerprints: [] };
  const start = tlsStart({ ...rest, tls: { ...tls, certificates: [certificate('gw.pem')], peer } });
  expect([start.key, start.certificates]).toEqual([undefined, undefined]);
  const { authorities } = tls.peer;
  expect(tlsStart({ ...rest, tls: { ...tls, peer: { ...peer, authorities } } }).key).toBeDefined();
});
