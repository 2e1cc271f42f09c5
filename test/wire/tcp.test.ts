import { expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeTcp, encodeTcp, TCP_ACK, TCP_SYN } from '../../src/wire/tcp.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('tcp', { decode: decodeTcp, encode: encodeTcp }, [
  {
    name: 'SYN, ACK with a maximum segment size',
    hex: '1194 c001 ebc9bf21 5aa073c7 6012 3890 8297 0000 020405b4',
    value: {
      kind: 'tcp',
      srcPort: 4500,
      dstPort: 49153,
      sequence: 0xebc9bf21,
      acknowledgment: 0x5aa073c7,
      flags: TCP_SYN | TCP_ACK,
      window: 0x3890,
      checksum: 0x8297,
      urgent: 0,
      options: fromHex('020405b4'),
    },
  },
]);

it('refuses a header shorter than itself', () => {
  expect(() => decodeTcp(new ByteReader(fromHex('1194 c001 ebc9bf21 5aa073c7 4012 3890 8297 0000')))).toThrow(/data offset.*16 bytes/);
});
