import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { notifyFacts, notifyFactsV1 } from '../../../src/wire/ike/notify-facts.js';

describe('notifyFacts', () => {
  it.each([
    [17, '0013', 'INVALID_KE_PAYLOAD', 'group 19 (ECP_256)', 19],
    [17, '03e7', 'INVALID_KE_PAYLOAD', 'group 999 (unknown (999))', 999],
    [17, '00', 'INVALID_KE_PAYLOAD', 'malformed: key exchange method at offset 0 needs 2 bytes, 1 there', undefined],
    [14, '', 'NO_PROPOSAL_CHOSEN', undefined, undefined],
    [1, '21', 'UNSUPPORTED_CRITICAL_PAYLOAD', 'payload 33 (SA)', 33],
    [9, '00000007', 'INVALID_MESSAGE_ID', 'message ID 7', 7],
    [16385, '00000005', 'SET_WINDOW_SIZE', '5 messages', 5],
    [16387, 'abcd02', 'IPCOMP_SUPPORTED', 'CPI 0xabcd, DEFLATE', 0xabcd],
    [16388, '0102', 'NAT_DETECTION_SOURCE_IP', '0x0102', undefined],
    [16390, '00'.repeat(40), 'COOKIE', `0x${'00'.repeat(32)}… (40 bytes)`, undefined],
    [16397, '0a000001', 'ADDITIONAL_IP4_ADDRESS', '10.0.0.1', undefined],
    [16398, '20010db8000000000000000000000001', 'ADDITIONAL_IP6_ADDRESS', '2001:db8::1', undefined],
    [16403, '00000e10', 'AUTH_LIFETIME', '3600 s', 3600],
    [16407, '01 04 0a000001', 'REDIRECT', '10.0.0.1', undefined],
    [16407, '03 03 676f6f aabb', 'REDIRECT', 'goo', undefined],
    [16407, '09 02 aabb', 'REDIRECT', '0xaabb (type 9)', undefined],
    [16409, '00000e10 aabb', 'TICKET_LT_OPAQUE', 'valid for 3600 s', 3600],
    [16422, '00000001 00000002 00000003', 'IKEV2_MESSAGE_ID_SYNC', 'next request sent 2, received 3', undefined],
    [16424, '0001', 'SECURE_PASSWORD_METHODS', 'PACE', undefined],
    [16431, '0002 0003 0005', 'SIGNATURE_HASH_ALGORITHMS', 'SHA2-256, SHA2-384, Identity', undefined],
    [16434, '0005 14', 'PUZZLE', '20 zero bits of PRF_HMAC_SHA2_256', 20],
    [16436, '02 616263', 'PPK_IDENTITY', 'PPK_ID_FIXED "abc"', undefined],
    [
      16443,
      '02 01 03 00 0e 05 01 0e aabb',
      'SUPPORTED_AUTH_METHODS',
      'RSA Digital Signature, Digital Signature, Digital Signature',
      undefined,
    ],
    [16443, '00', 'SUPPORTED_AUTH_METHODS', 'malformed: announcement length at offset 1: 0 is less than 1', undefined],
    [40960, '6869', 'unknown (40960)', '"hi"', undefined],
  ])('type %i with %s', (type, hex, name, detail, value) =>
    expect(notifyFacts({ protocol: 0, type, spi: new Uint8Array(0), data: fromHex(hex) })).toEqual({
      type,
      name,
      isError: type < 16384,
      ...(detail === undefined ? {} : { detail }),
      ...(value === undefined ? {} : { value }),
    }),
  );

  it('has the SPI it is about', () =>
    expect(notifyFacts({ protocol: 3, type: 16393, spi: fromHex('01020304'), data: new Uint8Array(0) })).toEqual({
      type: 16393,
      name: 'REKEY_SA',
      isError: false,
      spi: '0x01020304',
    }));
});

describe('notifyFactsV1', () => {
  it.each([
    [36136, 1, '00000c1e', 'R-U-THERE', 'sequence 3102', 3102],
    [24576, 1, '800b0001 000c0004 00015180', 'RESPONDER-LIFETIME', '86400 s', undefined],
    [24576, 3, '80010002 80021000', 'RESPONDER-LIFETIME', '4096 kB', undefined],
    [24577, 3, '00000001', 'REPLAY-STATUS', 'enabled', undefined],
    [24577, 3, '00000000', 'REPLAY-STATUS', 'disabled', undefined],
    [14, 1, '', 'NO-PROPOSAL-CHOSEN', undefined, undefined],
    [36137, 1, '00', 'R-U-THERE-ACK', 'malformed: sequence number at offset 0 needs 4 bytes, 1 there', undefined],
    [9101, 1, '4e6f', 'CHECKPOINT-FW1-TEXT', '"No"', undefined],
  ])('type %i of protocol %i with %s', (type, protocol, hex, name, detail, value) =>
    expect(notifyFactsV1({ doi: 1, protocol, type, spi: new Uint8Array(0), data: fromHex(hex) })).toEqual({
      type,
      name,
      isError: type < 16384,
      ...(detail === undefined ? {} : { detail }),
      ...(value === undefined ? {} : { value }),
    }),
  );
});
