import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { certificateFields } from '../../../src/crypto/certificates/certificate-fields.js';
import { authorityHash, certificateNames, extendedKeyUsageNames } from '../../../src/crypto/certificates/certificate-text.js';
import { confirmsIdentity } from '../../../src/crypto/certificates/confirms-identity.js';
import { distinguishedNameText } from '../../../src/wire/ike/distinguished-name.js';
import { ID_TYPE } from '../../../src/wire/ike/tables/identities.js';
import { hasOpenssl, openssl } from '../../support/openssl.js';

const path = (name: string) => new URL(`../../vectors/certificate-paths/${name}.pem`, import.meta.url);
const pem = (name: string): X509Certificate => new X509Certificate(readFileSync(path(name)));
const text = (value: string): Uint8Array => Buffer.from(value);

/** A name in DER of [OID of 2.5.4, tag of string, text]. */
function name(...parts: readonly (readonly [number, number, string])[]): Uint8Array {
  const tlv = (tag: number, body: Uint8Array) => Buffer.concat([Buffer.of(tag, body.length), body]);
  const rdn = ([oid, tag, value]: readonly [number, number, string]) =>
    tlv(
      0x31,
      tlv(0x30, Buffer.concat([tlv(6, Buffer.of(0x55, 4, oid)), tlv(tag, Buffer.from(value, tag === 30 ? 'utf16le' : 'utf8').slice())])),
    );
  return tlv(0x30, Buffer.concat(parts.map(rdn)));
}
const [C, O, CN] = [6, 10, 3];
const [UTF8, PRINTABLE] = [12, 19];

describe('who a certificate says its owner is', () => {
  const gateway = pem('gateway');
  const rows: readonly (readonly [string, keyof typeof ID_TYPE, Uint8Array, boolean])[] = [
    ['gw.example.com', 'ID_FQDN', text('gw.example.com'), true],
    ['case does not count', 'ID_FQDN', text('GW.Example.COM'), true],
    ['another host', 'ID_FQDN', text('gw2.example.com'), false],
    ['the mail address is no host', 'ID_FQDN', text('admin@example.com'), false],
    ['mail address', 'ID_RFC822_ADDR', text('admin@EXAMPLE.com'), true],
    ['another mail address', 'ID_RFC822_ADDR', text('root@example.com'), false],
    ['IPv4', 'ID_IPV4_ADDR', fromHex('c0000201'), true],
    ['another IPv4', 'ID_IPV4_ADDR', fromHex('c0000202'), false],
    ['IPv6', 'ID_IPV6_ADDR', fromHex('20010db8000000000000000000000001'), true],
    ['another IPv6', 'ID_IPV6_ADDR', fromHex('20010db8000000000000000000000002'), false],
    ['address as text', 'ID_FQDN', text('192.0.2.1'), false],
    ['subject, byte for byte', 'ID_DER_ASN1_DN', certificateFields(gateway).subject, true],
    [
      'subject, other strings, case and spaces',
      'ID_DER_ASN1_DN',
      name([C, PRINTABLE, 'ch'], [O, UTF8, 'EXAMPLE'], [CN, PRINTABLE, ' gateway one ']),
      true,
    ],
    [
      'a directory name among the others',
      'ID_DER_ASN1_DN',
      name([C, PRINTABLE, 'CH'], [O, UTF8, 'Example'], [CN, UTF8, 'Another Name']),
      true,
    ],
    ['part left away', 'ID_DER_ASN1_DN', name([C, PRINTABLE, 'CH'], [CN, UTF8, 'Gateway One']), false],
    ['other order', 'ID_DER_ASN1_DN', name([O, UTF8, 'Example'], [C, PRINTABLE, 'CH'], [CN, UTF8, 'Gateway One']), false],
    ['parts run together', 'ID_DER_ASN1_DN', name([C, PRINTABLE, 'CH'], [O, UTF8, 'Example","2.5.4.3=Gateway One']), false],
    ['no name at all', 'ID_DER_ASN1_DN', text('CN=Gateway One'), false],
    ['a whole GeneralName', 'ID_DER_ASN1_GN', Buffer.concat([fromHex('820e'), text('gw.example.com')]), true],
    ['a key id says nothing', 'ID_KEY_ID', text('gw.example.com'), false],
    ['nobody', 'ID_NULL', new Uint8Array(0), false],
  ];
  for (const [title, type, data, expected] of rows) {
    it(`${type}, ${title}`, () => expect(confirmsIdentity(gateway, ID_TYPE[type], data)).toBe(expected));
  }

  it('is nobody without alternative names but the subject', () => {
    expect(confirmsIdentity(pem('code'), ID_TYPE.ID_FQDN, text('gw.example.com'))).toBe(false);
  });

  it('in words', () => {
    expect(certificateNames(gateway)).toEqual([
      'C=CH, O=Example, CN=Gateway  One',
      'dns:gw.example.com',
      'email:Admin@example.com',
      'ip:192.0.2.1',
      'ip:2001:DB8:0:0:0:0:0:1',
      'dn:CN=Another Name,O=Example,C=CH',
    ]);
    expect(distinguishedNameText(certificateFields(gateway).subject)).toBe('C=CH, O=Example, CN=Gateway  One');
    expect(extendedKeyUsageNames(gateway)).toEqual(['serverAuth', 'ipsecIKE']);
    expect(extendedKeyUsageNames(pem('root'))).toEqual([]);
  });

  it('fields beyond those of node', () => {
    expect(certificateFields(gateway)).toMatchObject({
      serialNumber: gateway.serialNumber,
      basicConstraints: { isAuthority: false },
      keyUsage: ['digitalSignature'],
      unknownCritical: [],
    });
    expect(certificateFields(pem('sub'))).toMatchObject({
      basicConstraints: { isAuthority: true, pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    });
    expect(certificateFields(pem('plain')).basicConstraints).toBeUndefined();
    expect(certificateFields(pem('critical')).unknownCritical).toEqual(['1.2.3.4']);
  });

  it.skipIf(!hasOpenssl())('CERTREQ names an authority by SHA-1 of its SubjectPublicKeyInfo (RFC 7296 §3.7)', () => {
    const spki = openssl('x509', '-in', path('root').pathname, '-noout', '-pubkey').toString();
    const der = Buffer.from(spki.replace(/-----.*-----|\s/g, ''), 'base64');
    const hash = authorityHash(pem('root'));
    expect(hash.length).toBe(20);
    expect(Buffer.from(hash).toString('hex')).toBe(createHash('sha1').update(der).digest('hex'));
  });
});
