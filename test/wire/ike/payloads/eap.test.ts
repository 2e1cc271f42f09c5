import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../src/bytes/hex.js';
import { ByteReader } from '../../../../src/bytes/reader.js';
import { describeEap, payload } from '../../../../src/wire/ike/payloads/eap.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('eap', payload, [
  // RFC 3748 §4
  { name: 'identity request', hex: '01 00 0005 01', value: { code: 1, identifier: 0, type: 1, data: new Uint8Array(0) } },
  { name: 'identity', hex: '02 00 0008 01 626f62', value: { code: 2, identifier: 0, type: 1, data: fromHex('626f62') } },
  { name: 'success', hex: '03 07 0004', value: { code: 3, identifier: 7, data: new Uint8Array(0) } },
]);

describe('describeEap', () => {
  it.each([
    ['Request Identity', '01 00 0005 01'],
    ['Response Identity "bob"', '02 00 0008 01 626f62'],
    ['Response Identity "b.b"', '02 00 0008 01 621b62'],
    ['Response Nak wants TLS, PEAP', '02 01 0007 03 0d 19'],
    ['Request MSCHAPv2 Challenge', '01 01 0006 1a 01'],
    ['Request TLS (start)', '01 01 0006 0d 20'],
    ['Response TTLS (more fragments, length)', '02 01 0006 15 c0'],
    ['Response PEAP', '02 01 0006 19 00'],
    ['Request Expanded vendor 311 type 6', '01 01 000c fe 000137 00000006'],
    ['Request unknown (200)', '01 01 0006 c8 00'],
    ['Success', '03 07 0004'],
    ['unknown (9)', '09 07 0004'],
  ])('says %s', (text, hex) => expect(describeEap(payload.decode(new ByteReader(fromHex(hex))))).toBe(text));
});
