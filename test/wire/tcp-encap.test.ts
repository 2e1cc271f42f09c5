import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeTcpEncap, encodeTcpEncap, TCP_ENCAP_PREFIX } from '../../src/wire/tcp-encap.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('tcp-encap', { decode: decodeTcpEncap, encode: encodeTcpEncap }, [
  { name: 'IKE of 28 bytes', hex: '0022 00000000', value: { length: 34, kind: 'ike' } },
  { name: 'ESP', hex: '0042 d514eed9', value: { length: 66, kind: 'esp' }, decodeOnly: true },
  { name: 'a keepalive', hex: '0003 ff', value: { length: 3, kind: 'keepalive' } },
]);

it('has the prefix of RFC 9329 §4', () => expect(toHex(TCP_ENCAP_PREFIX)).toBe('494b45544350'));

it.each(['0000 00000000', '0002 00000000'])('refuses the length of %s', (hex) => {
  expect(() => decodeTcpEncap(new ByteReader(fromHex(hex)))).toThrow(/leaves no message/);
});
