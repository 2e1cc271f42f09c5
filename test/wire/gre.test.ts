import { fromHex } from '../../src/bytes/hex.js';
import { decodeGre, encodeGre, type GreHeader } from '../../src/wire/gre.js';
import { codecContract } from '../support/codec-contract.js';

const bare: GreHeader = {
  kind: 'gre',
  version: 0,
  etherType: 0x0800,
  checksum: undefined,
  routingOffset: undefined,
  routing: undefined,
  key: undefined,
  sequence: undefined,
  acknowledgment: undefined,
};

codecContract('gre', { decode: decodeGre, encode: encodeGre }, [
  { name: 'bare', hex: '0000 0800', value: bare },
  {
    name: 'checksum, key and sequence',
    hex: 'b000 6558 1234 0000 00000064 00000009',
    value: { ...bare, etherType: 0x6558, checksum: 0x1234, key: 100, sequence: 9 },
  },
  {
    name: 'source routes (RFC 1701)',
    hex: '4000 0800 0000 0004 0800 00 04 0a000001 0000 00 00',
    value: { ...bare, routingOffset: 4, routing: fromHex('080000040a00000100000000') },
  },
  {
    name: 'PPTP data with acknowledgment',
    hex: '3081 880b 00220005 00000003 00000002',
    value: { ...bare, version: 1, etherType: 0x880b, key: 0x00220005, sequence: 3, acknowledgment: 2 },
  },
]);
