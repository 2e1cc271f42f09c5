import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endOf } from '../../../src/config/read-config.js';
import { type CredentialFiles, findAuthorities, findOwnKey, findPeerKeys } from '../../../src/services/connection/credentials.js';
import { type EndFiles, readEnd } from '../../config/compare/compare-texts.js';
import { certificateFile } from '../../support/certificates.js';
import { rsaSigKey } from '../../support/public-key-text.js';

const MAIN = '/etc/swanctl/swanctl.conf';
const folder: Readonly<Record<string, string>> = {
  '/etc/swanctl/x509/gw.pem': certificateFile('gw.pem'),
  '/etc/swanctl/x509/client.pem': certificateFile('client.pem'),
  '/etc/swanctl/x509ca/ca.pem': certificateFile('ca.pem'),
  '/etc/swanctl/x509ca/README': 'no certificate\n',
  '/etc/swanctl/private/client.key': certificateFile('client.key'),
  '/etc/swanctl/private/gw.key': certificateFile('gw.key'),
  '/etc/ipsec.d/certs/gw.pem': certificateFile('gw.pem'),
  '/etc/ipsec.d/private/gw.key': certificateFile('gw.key'),
};

const filesOf = (all: Readonly<Record<string, string>>): CredentialFiles => ({
  list: (path) => Object.keys(all).filter((file) => file.startsWith(`${path}/`)),
  read: (path) => (all[path] === undefined ? undefined : Buffer.from(all[path])),
});

const swanctl = (local: string, remote = ''): EndFiles => ({
  [MAIN]: `connections {\n lab {\n local { auth = pubkey\n ${local} }\n remote { auth = pubkey\n ${remote} }\n }\n}\n`,
});

async function end(files: EndFiles, product?: 'strongswan' | 'libreswan' | 'openswan') {
  const config = await readEnd(files, product === undefined ? {} : { product });
  const connection = config.connections[0];
  if (connection === undefined) throw new TypeError('no connection');
  return endOf(config, connection);
}

describe('findOwnKey', () => {
  it('takes the certificate that is named and the key that belongs to it, whatever that is called', async () => {
    expect(findOwnKey(await end(swanctl('certs = gw.pem')), MAIN, filesOf(folder))).toEqual({
      certificates: ['/etc/swanctl/x509/gw.pem'],
      key: '/etc/swanctl/private/gw.key',
    });
  });

  it('finds those of ipsec.d for an ipsec.conf of strongSwan', async () => {
    const files = {
      '/etc/ipsec.conf': 'conn a\n\tleft=192.0.2.1\n\tright=192.0.2.2\n\tleftcert=gw.pem\n',
      '/etc/ipsec.secrets': ': RSA gw.key\n',
    };
    expect(findOwnKey(await end(files, 'strongswan'), '/etc/ipsec.conf', filesOf(folder))).toMatchObject({
      key: '/etc/ipsec.d/private/gw.key',
    });
  });

  it.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ['no such file', 'certs = nobody.pem', folder, /nobody\.pem is no certificate/],
    [
      'a key of somebody else',
      'certs = gw.pem',
      { ...folder, '/etc/swanctl/private/gw.key': certificateFile('client.key') },
      /no key in .*private/,
    ],
    ['an encrypted key', 'certs = gw.pem', { ...folder, '/etc/swanctl/private/gw.key': certificateFile('encrypted.key') }, /passphrase/],
    ['nothing at all', '', {}, /no certificate of ours in \/etc\/swanctl\/x509/],
    ['nobody of that name', 'id = nobody.example', folder, /no certificate of ours/],
  ])('says why not: %s', async (_, local, all, why) => {
    expect(findOwnKey(await end(swanctl(local)), MAIN, filesOf(all))).toEqual({ why: expect.stringMatching(why) });
  });
});

describe('findAuthorities', () => {
  it('takes the folder, or those that the connection names, and a certificate that it pins', async () => {
    const of = async (remote: string) => findAuthorities(await end(swanctl('', remote)), MAIN, filesOf(folder)).authorities;
    expect(await of('')).toEqual(['/etc/swanctl/x509ca/ca.pem']);
    expect(await of('cacerts = other.pem')).toEqual([]);
    expect(await of('certs = client.pem')).toEqual(['/etc/swanctl/x509ca/ca.pem', '/etc/swanctl/x509/client.pem']);
  });
});

describe('raw keys', () => {
  const { privateKey: own } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { publicKey: other } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = (key: typeof other) => key.export({ type: 'spki', format: 'pem' }).toString();
  const conf = (left: string, right: string): string =>
    `version 2.0\nconn a\n\tleft=192.0.2.1\n\tright=192.0.2.2\n\tauthby=rsasig\n\tleftrsasigkey=${left}\n\trightrsasigkey=${right}\n`;
  const hex = (text = '') => `0x${Buffer.from(text, 'base64url').toString('hex')}`;
  const { n, e, d, p, q, dp, dq, qi } = own.export({ format: 'jwk' });
  const inline = `: RSA\t{\n\tModulus: ${hex(n)}\n\tPublicExponent: ${hex(e)}\n\tPrivateExponent: ${hex(d)}\n\tPrime1: ${hex(p)}\n\tPrime2: ${hex(q)}\n\tExponent1: ${hex(dp)}\n\tExponent2: ${hex(dq)}\n\tCoefficient: ${hex(qi)}\n\t}\n`;

  it('of swanctl.conf: files of pubkey, and the private key that belongs to ours', async () => {
    const key = own.export({ type: 'pkcs8', format: 'pem' }).toString();
    const all = {
      ...folder,
      '/etc/swanctl/private/raw.key': key,
      '/etc/swanctl/pubkey/gw.pub': pem(createPublicKey(own)),
      '/etc/swanctl/pubkey/client.pub': pem(other),
    };
    const one = await end(swanctl('pubkeys = gw.pub', 'pubkeys = client.pub, nowhere.pub'));
    expect(findOwnKey(one, MAIN, filesOf(all))).toEqual({ certificates: [], key: '/etc/swanctl/private/raw.key' });
    expect(findPeerKeys(one, MAIN, filesOf(all))).toEqual(['/etc/swanctl/pubkey/client.pub']);
  });

  it('of an ipsec.conf with 0s words, and an ipsec.secrets that holds the key itself, as Openswan had it', async () => {
    const files = { '/etc/ipsec.conf': conf(rsaSigKey(own), rsaSigKey(other)), '/etc/ipsec.secrets': inline };
    const one = await end(files, 'openswan');
    expect(findOwnKey(one, '/etc/ipsec.conf', filesOf(files))).toEqual({ certificates: [], key: '/etc/ipsec.secrets' });
    expect(findPeerKeys(one, '/etc/ipsec.conf', filesOf(files))).toEqual([rsaSigKey(other)]);
  });

  it('that belong to nothing here are said', async () => {
    const files = { '/etc/ipsec.conf': conf(rsaSigKey(other), '0sAQ'), '/etc/ipsec.secrets': inline };
    const one = await end(files, 'openswan');
    expect(findOwnKey(one, '/etc/ipsec.conf', filesOf(files))).toEqual({ why: expect.stringMatching(/no key in .* belongs to it/) });
    expect(findPeerKeys(one, '/etc/ipsec.conf', filesOf(files))).toEqual([]);
    const broken = await end({ ...files, '/etc/ipsec.conf': conf('0sAQ', '0sAQ') }, 'openswan');
    expect(findOwnKey(broken, '/etc/ipsec.conf', filesOf(files))).toEqual({ why: expect.stringMatching(/no public key that can be read/) });
  });
});
