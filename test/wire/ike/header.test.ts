import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeHeader, encodeHeader, isEncryptedV1, isFromInitiator, isResponse } from '../../../src/wire/ike/header.js';
import { codecContract } from '../../support/codec-contract.js';

const V2_RESPONSE = '5a64e0edca3a3614 0102030405060708 21 20 22 20 00000000 00000150';
const V1_ENCRYPTED = '5a64e0edca3a3614 0102030405060708 08 10 20 01 deadbeef 0000009c';

codecContract('header', { decode: decodeHeader, encode: encodeHeader }, [
  {
    name: 'IKE_SA_INIT response',
    hex: V2_RESPONSE,
    value: {
      spiI: fromHex('5a64e0edca3a3614'),
      spiR: fromHex('0102030405060708'),
      nextPayload: 33,
      major: 2,
      minor: 0,
      exchangeType: 34,
      flags: 0x20,
      messageId: 0,
      length: 336,
    },
  },
  {
    name: 'quick mode, encrypted',
    hex: V1_ENCRYPTED,
    value: {
      spiI: fromHex('5a64e0edca3a3614'),
      spiR: fromHex('0102030405060708'),
      nextPayload: 8,
      major: 1,
      minor: 0,
      exchangeType: 32,
      flags: 0x01,
      messageId: 0xdeadbeef,
      length: 156,
    },
  },
]);

describe('flags', () => {
  const flags = (major: number, bits: number) => ({ ...headerOf(V2_RESPONSE), major, flags: bits });
  it('has response and initiator in IKEv2 only', () => {
    expect([isResponse(flags(2, 0x20)), isResponse(flags(2, 0x08)), isResponse(flags(1, 0x20))]).toEqual([true, false, false]);
    expect([isFromInitiator(flags(2, 0x08)), isFromInitiator(flags(2, 0x20)), isFromInitiator(flags(1, 0x08))]).toEqual([
      true,
      false,
      false,
    ]);
  });
  it('has encryption in IKEv1 only', () => {
    expect([isEncryptedV1(flags(1, 1)), isEncryptedV1(flags(1, 2)), isEncryptedV1(flags(2, 1))]).toEqual([true, false, false]);
  });
});

function headerOf(hex: string) {
  return decodeHeader(new ByteReader(fromHex(hex)));
}
