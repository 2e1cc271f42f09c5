import { expect, it } from 'vitest';
import { missingPassphrase } from '../../../src/checks/shared/key-passphrase.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

const entry = (section: string, file: string) => `secrets {\n  ${section} {\n    file = ${file}\n    secret = test\n  }\n}\n`;

it.each([
  ['no entry', '/etc/swanctl/rsa/my gw.pem', '', 'in swanctl.conf, below secrets:\n  rsa-my-gw {\n    file = "my gw.pem"'],
  ['one for it', '/etc/swanctl/rsa/gw.pem', entry('rsa', 'gw.pem'), undefined],
  ['one for another file', '/etc/swanctl/rsa/gw.pem', entry('rsa', 'old.pem'), 'rsa-gw {'],
  ['one for another folder', '/etc/swanctl/pkcs8/gw.pem', entry('private', 'gw.pem'), 'pkcs8-gw {'],
])('swanctl: %s', async (_, path, conf, expected) => {
  const host = new HostFacts(healthyHost({ files: { '/etc/swanctl/swanctl.conf': conf } }));
  const told = missingPassphrase(path, 'swanctl', await host.configurations());
  if (expected === undefined) expect(told).toBeUndefined();
  else expect(told).toContain(expected);
});

it.each([
  ['none', ': RSA gw.pem\n', 'line 1 of /etc/ipsec.secrets becomes:\n: RSA gw.pem "THE PASSPHRASE OF THE KEY"'],
  ['a name with blanks', ': RSA "my gw.pem"\n', undefined],
  ['one', ': RSA gw.pem "test"\n', undefined],
  ['asked for', ': RSA gw.pem %prompt\n', undefined],
  [
    'by its whole path',
    '# keys\n: RSA /etc/ipsec.d/private/gw.pem\n',
    'line 2 of /etc/ipsec.secrets becomes:\n: RSA /etc/ipsec.d/private/gw.pem "',
  ],
])('ipsec.secrets: %s', async (_, secrets, expected) => {
  const files = { '/usr/lib/ipsec/starter': '', '/etc/ipsec.conf': '', '/etc/ipsec.secrets': secrets };
  const told = missingPassphrase('/etc/ipsec.d/private/gw.pem', 'stroke', await new HostFacts(healthyHost({ files })).configurations());
  if (expected === undefined) expect(told).toBeUndefined();
  else expect(told).toContain(expected);
});
