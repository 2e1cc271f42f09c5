import { check } from '../../src/checks/rsa-host-key.js';
import { checkCases } from '../support/check-cases.js';
import { libreswanHost } from '../support/libreswan-host.js';

const KEY = '0sAwEAAcNFbQ7uAcqVnNdRrkYuhmMzSZBcP0n5TyNQ';
const conn = (...rest: string[]) => `${['conn gw', 'left=192.0.2.1', 'right=198.51.100.1', 'auto=start', ...rest].join('\n\t')}\n`;
const host = (keys: { stdout?: string; stderr?: string; status?: number } | undefined, ...rest: string[]) =>
  libreswanHost({ files: { '/etc/ipsec.conf': conn(...rest) }, commands: { 'ipsec showhostkey --list': keys } });
const listed = { stdout: '< 1> RSA keyid: AwEAAcNFb ckaid: 5d7e0000000000000000000000000000000000aa\n' };
const raw = ['authby=rsasig', `leftrsasigkey=${KEY}`];
const openswan = (secrets: string) =>
  libreswanHost({
    files: { '/etc/ipsec.conf': conn(...raw), '/etc/ipsec.secrets': secrets },
    commands: { 'ipsec --version': 'Linux Openswan U2.6.37/K3.2.0 (netkey)\n' },
  });

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  { name: 'no raw key', host: host(listed, 'authby=secret'), status: 'skip' },
  { name: 'in NSS', host: host(listed, ...raw), status: 'pass' },
  { name: 'by its CKAID', host: host(listed, 'authby=rsasig', 'leftckaid=5d7e0000000000000000000000000000000000aa'), status: 'pass' },
  { name: 'none in NSS', host: host({}, ...raw), status: 'fail', codes: ['host/rsa-host-key-missing'], says: ['"line":6', 'no keys'] },
  {
    name: 'another one in NSS',
    host: host({ stdout: '< 1> RSA keyid: AwEAAbbbb ckaid: bb00\n' }, ...raw),
    status: 'fail',
    codes: ['host/rsa-host-key-mismatch'],
    says: ['AwEAAbbbb'],
  },
  { name: 'without the right to ask', host: host({ status: 1, stderr: 'permission denied\n' }, ...raw), status: 'unknown' },
  { name: 'the program is missing', host: host(undefined, ...raw), status: 'unknown' },
  { name: 'Openswan, in ipsec.secrets', host: openswan(': RSA {\n\tModulus: 0x01\n\t}\n'), status: 'pass' },
  { name: 'Openswan, none', host: openswan(''), status: 'fail', codes: ['host/rsa-host-key-missing'], says: ['newhostkey'] },
]);
