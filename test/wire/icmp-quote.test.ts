import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.js';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeQuotedPacket } from '../../src/wire/icmp-quote.js';
import { decodesOrRefuses } from '../support/codec-contract.js';

/** An IPv4 header with this protocol, from 10.0.0.1 to 10.0.0.2, 1500 bytes long. */
function ipv4(protocol: string, flags = '0000'): string {
  return `4500 05dc 0001 ${flags} 40 ${protocol} 0000 0a000001 0a000002`;
}
const v6 = (next: string) => `60000000 05b4 ${next} 40 20010db8000000000000000000000001 20010db8000000000000000000000002`;
const between = { src: '10.0.0.1', dst: '10.0.0.2', length: 1500, laterFragment: false };
const between6 = { src: '2001:db8::1', dst: '2001:db8::2', length: 1500, laterFragment: false };

const rows = [
  [4, 'ESP', `${ipv4('32')} d514eed9 00000007`, { ...between, protocol: 50, spi: 0xd514eed9 }],
  [4, 'AH, eight bytes of it', `${ipv4('33')} 32040000 00000100`, { ...between, protocol: 51, spi: 256 }],
  [4, 'AH, whole', `${ipv4('33')} 32040000 00000100 00000001 000102030405060708090a0b`, { ...between, protocol: 51, spi: 256 }],
  [4, 'IKE', `${ipv4('11')} 01f4 01f4 0100 0000`, { ...between, protocol: 17, srcPort: 500, dstPort: 500 }],
  [
    4,
    'ESP in UDP',
    `${ipv4('11')} 1194 1194 05c8 0000 d514eed9`,
    { ...between, protocol: 17, srcPort: 4500, dstPort: 4500, spi: 0xd514eed9 },
  ],
  [4, 'IKE on 4500', `${ipv4('11')} 1194 1194 05c8 0000 00000000`, { ...between, protocol: 17, srcPort: 4500, dstPort: 4500 }],
  [4, 'TCP', `${ipv4('06')} 1194 0050 00000001`, { ...between, protocol: 6, srcPort: 4500, dstPort: 80 }],
  [4, 'a later fragment', `${ipv4('32', '00b9')} d514eed9 00000007`, { ...between, protocol: 50, laterFragment: true }],
  [4, 'nothing behind the header', ipv4('32'), { ...between, protocol: 50 }],
  [4, 'GRE', `${ipv4('2f')} 0000 0800 45000000`, { ...between, protocol: 47 }],
  [6, 'ESP', `${v6('32')} d514eed9 00000007`, { ...between6, protocol: 50, spi: 0xd514eed9 }],
  [
    6,
    'ESP behind hop-by-hop options and a first fragment header',
    `${v6('00')} 2c00050200000100 32000001 00000007 d514eed9 00000007`,
    { ...between6, protocol: 50, spi: 0xd514eed9 },
  ],
  [6, 'a later fragment', `${v6('2c')} 320005a8 00000007 d514eed9 00000007`, { ...between6, protocol: 50, laterFragment: true }],
] as const;

describe.each(rows)('IPv%d: %s', (version, _name, hex, quoted) => {
  const bytes = fromHex(hex);

  it('is read', () => expect(decodeQuotedPacket(version, new ByteReader(bytes))).toEqual(quoted));

  it('is refused or bounded when cut or changed', () => {
    const codec = { decode: (reader: ByteReader) => decodeQuotedPacket(version, reader), encode: () => undefined };
    for (let cut = 0; cut < bytes.length; cut++) decodesOrRefuses(codec, bytes.subarray(0, cut));
    for (let at = 0; at < bytes.length; at++) decodesOrRefuses(codec, bytes.with(at, 0xff));
  });
});

it('refuses half an IP header', () => {
  expect(() => decodeQuotedPacket(4, new ByteReader(fromHex('4500 05dc')))).toThrow(DecodeError);
});
