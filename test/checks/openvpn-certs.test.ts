import { expect, it } from 'vitest';
import { check } from '../../src/checks/openvpn-certs.js';
import { certificateFile } from '../support/certificates.js';
import { checkCases, linesOf } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const FILES = ['ca ca.crt', 'cert server.crt', 'key server.key'];
function server(files: Readonly<Record<string, string | { reason: 'denied' }>> = {}, lines: readonly string[] = [], now?: Date) {
  const all = { 'ca.crt': 'ca.pem', 'server.crt': 'gw.pem', 'server.key': 'gw.key', ...files };
  return openvpnHost(
    { 'server.conf': [...SERVER, ...FILES, ...lines] },
    {
      files: Object.fromEntries(
        Object.entries(all).map(([name, file]) => [`/etc/openvpn/${name}`, typeof file === 'string' ? certificateFile(file) : file]),
      ),
      ...(now !== undefined && { now }),
    },
  );
}
const block = (name: string, file: string) => [`<${name}>`, certificateFile(file).trimEnd(), `</${name}>`];
const client = (...lines: string[]) => openvpnHost({ 'c.ovpn': ['client', 'dev tun', 'remote 198.51.100.1', ...lines] });

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'no certificate', host: openvpnHost({ 'server.conf': SERVER }), status: 'skip' },
  { name: 'in order', host: server(), status: ['pass', 'pass', 'pass'] },
  {
    name: 'expired',
    host: server({ 'server.crt': 'expired.pem' }),
    status: ['fail', 'pass', 'pass'],
    codes: ['host/openvpn-certs-expired'],
    says: ['/etc/openvpn/server.crt'],
  },
  {
    name: 'the key of somebody else',
    host: server({ 'server.key': 'client.key' }),
    status: ['pass', 'fail', 'pass'],
    codes: ['host/openvpn-certs-mismatch'],
    says: ['key values mismatch'],
  },
  { name: 'an encrypted key', host: server({ 'server.key': 'encrypted.key' }), status: ['pass', 'unknown', 'pass'] },
  { name: 'a key that may not be read', host: server({ 'server.key': { reason: 'denied' } }), status: ['pass', 'unknown', 'pass'] },
  {
    name: 'the certificate of a client',
    host: server({ 'server.crt': 'client.pem', 'server.key': 'client.key' }),
    status: ['pass', 'pass', 'warn'],
    codes: ['host/openvpn-certs-usage'],
    says: ['easyrsa build-server-full'],
  },
  { name: 'a fresh list', host: server({ 'crl.pem': 'fresh.crl' }, ['crl-verify crl.pem']), status: ['pass', 'pass', 'pass', 'pass'] },
  {
    name: 'a list out of date, which refuses everybody',
    host: server({ 'crl.pem': 'stale.crl' }, ['crl-verify crl.pem']),
    status: ['pass', 'pass', 'pass', 'fail'],
    codes: ['host/openvpn-certs-stale'],
    says: ['CRL has expired'],
  },
  {
    name: 'files that are not there are named by another check',
    host: openvpnHost({ 'server.conf': [...SERVER, ...FILES] }),
    status: 'unknown',
  },
  {
    name: 'blocks within the configuration',
    host: client('remote-cert-tls server', ...block('ca', 'ca.pem'), ...block('cert', 'client.pem'), ...block('key', 'client.key')),
    status: ['pass', 'pass', 'pass'],
    says: ['c.ovpn <key>'],
  },
  {
    name: 'blocks that do not belong together',
    host: client('remote-cert-tls server', ...block('ca', 'ca.pem'), ...block('cert', 'client.pem'), ...block('key', 'gw.key')),
    status: ['pass', 'fail', 'pass'],
    codes: ['host/openvpn-certs-mismatch'],
  },
  {
    name: 'any certificate would do for the server',
    host: client(...block('ca', 'ca.pem'), ...block('cert', 'client.pem'), ...block('key', 'client.key')),
    status: ['pass', 'pass', 'pass', 'warn'],
    codes: ['host/openvpn-certs'],
    says: ['remote-cert-tls server'],
  },
  { name: 'without the right to read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);

it('shows nothing of a private key', async () => {
  const text = JSON.stringify(await linesOf(check, { host: server({ 'server.key': 'client.key' }) }));
  for (const line of certificateFile('client.key').split('\n').slice(1, -2)) expect(text).not.toContain(line);
});
