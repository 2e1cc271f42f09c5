import { expect, it } from 'vitest';
import { check } from '../../src/checks/secret-missing.js';
import { checkCases, linesOf } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = (...rest: string[]) =>
  `${['conn gw', 'left=192.0.2.1', 'right=198.51.100.1', 'authby=secret', 'auto=start', ...rest].join('\n\t')}\n`;
const PSK = 'dwLbG1lQbFiiFCTEyb7n';
const libreswan = (secrets: string, ...rest: string[]) =>
  libreswanHost({ files: { '/etc/ipsec.conf': conn(...rest), '/etc/ipsec.secrets': secrets } });
const swanctl = (secrets: string) =>
  healthyHost({
    files: {
      '/etc/swanctl/swanctl.conf': `connections {\n  gw {\n    local_addrs = 192.0.2.1\n    remote_addrs = 198.51.100.1\n    local {\n      auth = psk\n      id = gw.example.com\n    }\n    remote {\n      auth = psk\n      id = peer.example.com\n    }\n    children {\n      a {\n      }\n      b {\n      }\n    }\n  }\n}\n${secrets}`,
    },
  });
const racoon = (psk: string) =>
  healthyHost({
    files: {
      '/etc/racoon/racoon.conf':
        'path pre_shared_key "/etc/racoon/psk.txt";\nremote 198.51.100.1 {\n\texchange_mode main;\n\tproposal { encryption_algorithm aes 256; hash_algorithm sha1; authentication_method pre_shared_key; dh_group 14; }\n}\nsainfo anonymous { encryption_algorithm aes 256; authentication_algorithm hmac_sha1; }\n',
      '/etc/racoon/psk.txt': psk,
      '/etc/racoon/setkey.conf': 'spdadd 10.1.0.0/16 10.2.0.0/16 any -P out ipsec esp/tunnel/192.0.2.1-198.51.100.1/require;\n',
    },
  });
const other = 'secrets {\n  ike-1 {\n    id-1 = other.example.com\n    secret = "dwLbG1lQbFiiFCTEyb7n"\n  }\n}\n';

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  {
    name: 'certificates need none',
    host: libreswanHost({ files: { '/etc/ipsec.conf': conn().replace('secret', 'rsasig') } }),
    status: 'skip',
  },
  { name: 'there', host: libreswan(`192.0.2.1 198.51.100.1 : PSK "${PSK}"\n`), status: 'pass', says: ['/etc/ipsec.secrets:1'] },
  { name: 'for anybody', host: libreswan(`: PSK "${PSK}"\n`), status: 'pass', says: ['for anybody'] },
  { name: 'by identity', host: libreswan(`@gw @peer : PSK "${PSK}"\n`, 'leftid=@gw', 'rightid=@peer'), status: 'pass' },
  {
    name: 'an address of this host behind %defaultroute',
    host: libreswanHost({
      files: {
        '/etc/ipsec.conf': conn().replace('left=192.0.2.1', 'left=%defaultroute'),
        '/etc/ipsec.secrets': `192.0.2.1 198.51.100.1 : PSK "${PSK}"\n`,
      },
    }),
    status: 'pass',
  },
  {
    name: 'for another peer',
    host: libreswan(`192.0.2.1 198.51.100.9 : PSK "${PSK}"\n`),
    status: 'fail',
    codes: ['host/secret-missing'],
    says: ['192.0.2.1 198.51.100.9', 'in ipsec.secrets:\\n192.0.2.1 198.51.100.1 : PSK'],
  },
  { name: 'racoon: there', host: racoon(`198.51.100.1 ${PSK}\n`), status: 'pass', says: ['/etc/racoon/psk.txt:1'] },
  {
    name: 'racoon: for another peer',
    host: racoon(`198.51.100.9 ${PSK}\n`),
    status: 'fail',
    codes: ['host/secret-missing'],
    says: ['in psk.txt:\\n198.51.100.1 THE SAME'],
  },
  { name: 'no file at all', host: libreswanHost({ files: { '/etc/ipsec.conf': conn() } }), status: 'fail', codes: ['host/secret-missing'] },
  {
    name: 'road warriors with identities of their own',
    host: libreswanHost({
      files: {
        '/etc/ipsec.conf': conn().replace('right=198.51.100.1', 'right=%any'),
        '/etc/ipsec.secrets': `192.0.2.1 @road1 : PSK "${PSK}"\n`,
      },
    }),
    status: 'pass',
    says: ['one of its peers'],
  },
  {
    name: 'two that fit',
    host: libreswan(`192.0.2.1 198.51.100.1 : PSK "${PSK}"\n198.51.100.1 192.0.2.1 : PSK "another-${PSK}"\n`),
    status: 'warn',
    codes: ['host/secret-missing-ambiguous'],
  },
  {
    name: 'a connection that is switched off',
    host: libreswanHost({ files: { '/etc/ipsec.conf': conn().replace('auto=start', 'auto=ignore') } }),
    status: 'skip',
  },
  {
    name: 'a peer by name',
    host: libreswanHost({
      files: {
        '/etc/ipsec.conf': conn().replace('right=198.51.100.1', 'right=peer.example.com'),
        '/etc/ipsec.secrets': `192.0.2.1 198.51.100.1 : PSK "${PSK}"\n`,
      },
    }),
    status: 'unknown',
    says: ['peer.example.com'],
  },
  {
    name: 'without the right to read',
    host: libreswanHost({ files: { '/etc/ipsec.conf': conn(), '/etc/ipsec.secrets': { reason: 'denied' } } }),
    status: 'unknown',
    says: ['denied'],
  },
  {
    name: 'swanctl, one line for all children',
    host: swanctl(other),
    status: 'fail',
    codes: ['host/secret-missing'],
    says: ['ike-gw {', 'id-1 = gw.example.com', 'id-2 = peer.example.com'],
  },
  { name: 'swanctl, there', host: swanctl(other.replace('other', 'peer')), status: 'pass' },
  {
    name: 'XAUTH without a password',
    host: libreswanHost({
      files: {
        '/etc/ipsec.conf': conn('leftxauthclient=yes', 'leftusername=joe').replace('authby=secret', 'authby=rsasig'),
        '/etc/ipsec.secrets': '',
      },
    }),
    status: 'warn',
    codes: ['host/secret-missing-password'],
    says: ['joe : XAUTH'],
  },
]);

it('never shows a secret', async () => {
  const host = libreswan(
    `192.0.2.1 198.51.100.9 : PSK "${PSK}"\n192.0.2.1 198.51.100.1 : PSK "${PSK}x"\n192.0.2.1 198.51.100.1 : PSK "${PSK}y"\n`,
  );
  expect(JSON.stringify(await linesOf(check, { host }))).not.toContain(PSK);
});
