import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeCertificateList, decodeClientHello, decodeServerHello } from '../../../src/wire/tls/hello.js';

const RANDOM = '5a'.repeat(32);
const SNI = '0000 0010 000e 00 000b 6578616d706c652e6f7267';
const VERSIONS = '002b 0007 06 1a1a 0304 0303';
const ALPN = '0010 0005 0003 02 6832';
const list = (extensions: string) => {
  const digits = extensions.replaceAll(' ', '');
  return `${(digits.length / 2).toString(16).padStart(4, '0')} ${digits}`;
};
const CLIENT = `0303 ${RANDOM} 00 0006 0a0a 1302 c02c 01 00 ${list(`${SNI} ${VERSIONS} ${ALPN}`)}`;
const SERVER = `0303 ${RANDOM} 00 1302 00 ${list('002b 0002 0304')}`;
const reader = (hex: string) => new ByteReader(fromHex(hex));

describe('ClientHello', () => {
  it('tells versions, suites, server name and protocols, without GREASE', () => {
    expect(decodeClientHello(reader(CLIENT))).toEqual({
      version: 0x0304,
      versions: [0x0304, 0x0303],
      random: fromHex(RANDOM),
      cipherSuites: [0x1302, 0xc02c],
      serverName: 'example.org',
      alpn: ['h2'],
    });
  });

  it('of TLS 1.0 may end before any extension', () => {
    expect(decodeClientHello(reader(`0301 ${RANDOM} 00 0002 0039 01 00`))).toMatchObject({
      version: 0x0301,
      versions: [0x0301],
      serverName: undefined,
    });
  });
});

describe('ServerHello', () => {
  it('tells what it chose', () =>
    expect(decodeServerHello(reader(SERVER))).toMatchObject({ version: 0x0304, cipherSuite: 0x1302, isRetry: false }));

  it('is a HelloRetryRequest by its random (RFC 8446 §4.1.3)', () => {
    const retry = SERVER.replace(RANDOM, 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');
    expect(decodeServerHello(reader(retry)).isRetry).toBe(true);
  });
});

it('certificates of both forms', () => {
  expect(decodeCertificateList(reader('000009 000002 3000 000001 30'), false).map((der) => der.length)).toEqual([2, 1]);
  expect(decodeCertificateList(reader('00 000007 000002 3000 0000'), true).map((der) => der.length)).toEqual([2]);
});

it('nothing but DecodeError at any cut and for any byte', () => {
  const decoders = [
    decodeClientHello,
    decodeServerHello,
    (r: ByteReader) => decodeCertificateList(r, true),
    (r: ByteReader) => decodeCertificateList(r, false),
  ];
  const stands = (bytes: Uint8Array): void => {
    for (const decode of decoders) {
      try {
        decode(new ByteReader(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
  };
  for (const hex of [CLIENT, SERVER]) {
    const bytes = fromHex(hex);
    for (let cut = 0; cut < bytes.length; cut++) stands(bytes.subarray(0, cut));
    for (let at = 0; at < bytes.length; at++)
      for (const value of [0, 255]) stands(Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte)));
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), stands), { numRuns: 300, seed: 7 });
});
