import { expect, it } from 'vitest';
import { check } from '../../src/checks/secret-strength.js';
import { checkCases, linesOf } from '../support/check-cases.js';
import { libreswanHost } from '../support/libreswan-host.js';

const host = (secret: string) =>
  libreswanHost({ files: { '/etc/ipsec.conf': '', '/etc/ipsec.secrets': `192.0.2.1 198.51.100.1 : PSK "${secret}"\n` } });

checkCases(check, [
  { name: 'no secrets', host: libreswanHost(), status: 'skip' },
  { name: 'long and random', host: host('dwLbG1lQbFiiFCTEyb7nV0RyZ2F1'), status: 'pass' },
  {
    name: 'a word that everybody tries',
    host: host('changeme'),
    status: 'warn',
    codes: ['host/secret-strength-guessable'],
    says: ['192.0.2.1 198.51.100.1', '/etc/ipsec.secrets:1', 'openssl rand -base64 32'],
  },
  { name: 'short', host: host('x7Kq2f9a'), status: 'warn', codes: ['host/secret-strength-weak'] },
  {
    name: 'without the right to read',
    host: libreswanHost({ files: { '/etc/ipsec.conf': '', '/etc/ipsec.secrets': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);

it('never shows a secret', async () => {
  expect(JSON.stringify(await linesOf(check, { host: host('x7Kq2f9a') }))).not.toContain('x7Kq2f9a');
});
