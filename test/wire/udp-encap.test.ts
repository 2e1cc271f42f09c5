import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.js';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeUdpEncap, decodeUdpEncapDraft, encodeUdpEncap, encodeUdpEncapDraft } from '../../src/wire/udp-encap.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('udp-encap (RFC 3948)', { decode: decodeUdpEncap, encode: encodeUdpEncap }, [
  { name: 'a keepalive', hex: 'ff', value: 'keepalive' },
  { name: 'the non-ESP marker', hex: '00000000', value: 'ike' },
  { name: 'an SPI', hex: 'd514eed9 00000001', value: 'esp', decodeOnly: true },
  { name: 'an SPI that begins like a keepalive', hex: 'ff000001 00000001', value: 'esp', decodeOnly: true },
]);

codecContract('udp-encap (drafts 00 and 01)', { decode: decodeUdpEncapDraft, encode: encodeUdpEncapDraft }, [
  { name: 'a keepalive', hex: 'ff', value: 'keepalive' },
  { name: 'the non-IKE marker with an SPI', hex: '0000000000000000 d514eed9 00000001', value: 'esp', decodeOnly: true },
  { name: 'an initiator SPI', hex: '5a64e0edca3a3614', value: 'ike', decodeOnly: true },
  { name: 'an initiator SPI whose first half is zero', hex: '00000000ca3a3614', value: 'ike', decodeOnly: true },
  { name: 'zeroes all the way', hex: '0000000000000000 0000000000000000', value: 'ike', decodeOnly: true },
]);

describe('where the reader stands afterwards', () => {
  it.each([
    [decodeUdpEncap, '00000000 5a64e0ed', 4],
    [decodeUdpEncap, 'd514eed9 00000001', 0],
    [decodeUdpEncapDraft, '0000000000000000 d514eed9 00000001', 8],
    [decodeUdpEncapDraft, '5a64e0edca3a3614', 0],
  ])('%o %s', (decode, hex, offset) => {
    const reader = new ByteReader(fromHex(hex));
    decode(reader);
    expect(reader.offset).toBe(offset);
  });
});

it.each(['', 'fe', '0000'])('refuses "%s"', (hex) => expect(() => decodeUdpEncap(new ByteReader(fromHex(hex)))).toThrow(DecodeError));
