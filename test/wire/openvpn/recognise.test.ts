import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { controlSessionId, controlShapes, recogniseReset } from '../../../src/wire/openvpn/recognise.js';

const SID = '507a28a78275788d';
const OTHER = 'c157cc62c1d4ab12';
const hmac = (length: number) => 'a5'.repeat(length);
/** Replay id 1, 2013-01-22. */
const REPLAY = '00000001 50ff1e0c';

describe('hard resets', () => {
  it.each([
    ['client without tls-auth', `38 ${SID} 00 00000000`, 'none', 0],
    ['client, method 1', `08 ${SID} 00 00000000`, 'none', 0],
    ['server without tls-auth', `40 ${SID} 01 00000000 ${OTHER} 00000000`, 'none', 0],
    ['server with early negotiation flags', `40 ${SID} 01 00000000 ${OTHER} 00000000 0001 0002 0001`, 'none', 0],
    ['client with MD5', `38 ${SID} ${hmac(16)} ${REPLAY} 00 00000000`, 'tls-auth', 16],
    ['client with SHA-1', `38 ${SID} ${hmac(20)} ${REPLAY} 00 00000000`, 'tls-auth', 20],
    ['client with SHA-256', `38 ${SID} ${hmac(32)} ${REPLAY} 00 00000000`, 'tls-auth', 32],
    ['client with SHA-512', `38 ${SID} ${hmac(64)} ${REPLAY} 00 00000000`, 'tls-auth', 64],
    ['server with SHA-1', `40 ${SID} ${hmac(20)} ${REPLAY} 01 00000000 ${OTHER} 00000000`, 'tls-auth', 20],
    ['client with tls-crypt', `38 ${SID} ${REPLAY} ${hmac(32)} a1b2c3d4e5`, 'tls-crypt', 0],
    ['client with tls-crypt that counts from EARLY_NEG_START', `38 ${SID} 0f000001 66000000 ${hmac(32)} a1b2c3d4e5`, 'tls-crypt', 0],
    ['client with tls-crypt of 2.6 before its release', `38 ${SID} 0a010001 66000000 ${hmac(32)} a1b2c3d4e5`, 'tls-crypt', 0],
    ['client with tls-crypt-v2', `50 ${SID} 0f000001 66000000 ${hmac(32)} a1b2c3d4e5 ${hmac(288)} 0122`, 'tls-crypt', 0],
  ])('%s', (_name, hex, wrapping, hmacLength) => {
    expect(recogniseReset(fromHex(hex))).toMatchObject({ sessionId: `0x${SID}`, wrapping, hmacLength });
  });

  it.each([
    ['nothing', ''],
    ['a session id of zeroes', '38 0000000000000000 00 00000000'],
    ['a second packet id', `38 ${SID} 00 00000001`],
    ['a key id', `39 ${SID} 00 00000000`],
    ['a client that acknowledges', `38 ${SID} 01 00000000 ${OTHER} 00000000`],
    ['a server that answers itself', `40 ${SID} 01 00000000 ${SID} 00000000`],
    ['a clock before 2001', `38 ${SID} ${hmac(20)} 00000001 00000e10 00 00000000`],
    ['cut in the packet id', `38 ${SID} 00 000000`],
    ['payload that no reset has', `38 ${SID} 00 00000000 ${hmac(40)}`],
    // Handshake initiation of WireGuard: type 1 and reserved zeroes, 148 bytes.
    ['WireGuard', `01000000 ${hmac(144)}`],
    // ClientHello of DTLS 1.2 and of AnyConnect's DTLS 0.9.
    ['DTLS', `16fefd 0000 000000000000 00c0 01 0000b4 0000 000000 0000b4 fefd ${hmac(178)}`],
    ['QUIC, long header', `c300000001 08 ${SID} 08 ${OTHER} 00 4496 ${hmac(1150)}`],
    ['QUIC, short header whose first byte is a server reset', `40 ${SID} ${hmac(40)}`],
    ['STUN', `0001 0008 2112a442 ${hmac(12)} 00030004 00000000`],
    ['DNS', '3800 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001'],
    [
      'DNS whose id begins with 0x40',
      `400a 0100 0001 0000 0000 0001 12 ${'6f6e652d'.repeat(5)} 03636f6d 00 0001 0001 000029 04b0 00000000 0000`,
    ],
    ['an answer of DNS', `401f 8580 0001 0001 0000 0000 05${'6d'.repeat(37)} 00 0001 0001 c00c 0001 0001 00015180`],
    ['an answer of ONC RPC without results', '3841aadf 00000001 00000000 00000000 00000000 00000000'],
    [
      'AFS (RX) behind an epoch of 0x38…',
      `382b398a e0a4c948 00000012 00000001 00000031 01050000 0000572a 0000000c 00000002 00001000 000037da 3d5a0000 ${'00'.repeat(12)}`,
    ],
    ['payload that is no list of flags', `38 ${SID} 00 00000000 0000 0000 0000 0000`],
    ['RTP', `8000 1234 00000001 deadbeef ${hmac(160)}`],
    ['SNMP', `3029 0201 00 0406 7075626c6963 a01c ${hmac(28)}`],
    ['NTP', `23 00 06 ec 00000000 00000000 00000000 ${hmac(32)}`],
  ])('not %s', (_name, hex) => expect(recogniseReset(fromHex(hex))).toBeUndefined());

  it('are not found in random bytes that begin like one', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x38, 0x40, 0x50, 0x08, 0x10), fc.uint8Array({ minLength: 13, maxLength: 400 }), (first, rest) => {
        // Random bytes are no generator of long runs of zeroes, so that fast-check's small values are made large.
        const bytes = Uint8Array.from([first, ...rest.map((byte) => byte | 0x81)]);
        expect(recogniseReset(bytes)).toBeUndefined();
      }),
    );
  });
});

describe('other control packets', () => {
  it('reads an acknowledgment in the one way it fits', () => {
    expect(controlShapes(fromHex(`28 ${SID} 02 00000003 00000004 ${OTHER}`))).toEqual([
      {
        opcode: 5,
        keyId: 0,
        sessionId: `0x${SID}`,
        wrapping: 'none',
        hmacLength: 0,
        replayId: undefined,
        netTime: undefined,
        remoteSessionId: `0x${OTHER}`,
        packetId: undefined,
      },
    ]);
  });

  it('reads a message behind an HMAC', () => {
    const shapes = controlShapes(fromHex(`21 ${SID} ${hmac(20)} 00000005 50ff1e0c 01 00000003 ${OTHER} 00000004 16030100`));
    expect(shapes).toMatchObject([
      { keyId: 1, wrapping: 'tls-auth', hmacLength: 20, remoteSessionId: `0x${OTHER}`, packetId: 4, replayId: 5 },
    ]);
  });

  it.each([
    ['an acknowledgment of nothing', `28 ${SID} 00`],
    ['nine acknowledgments', `28 ${SID} 09 ${'00000001'.repeat(9)} ${OTHER}`],
    ['bytes left over', `28 ${SID} 01 00000003 ${OTHER} 00`],
    ['data', `30 ${SID} 01 00000003 ${OTHER}`],
    ['opcode 12', `60 ${SID} 01 00000003 ${OTHER}`],
  ])('has no reading for %s', (_name, hex) => expect(controlShapes(fromHex(hex))).toEqual([]));

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        controlShapes(bytes);
        controlSessionId(bytes);
      }),
    );
  });
});

it.each([
  [`20 ${SID} 00`, `0x${SID}`],
  ['20 507a28', undefined],
])('finds the session id of %s', (hex, id) => expect(controlSessionId(fromHex(hex))).toBe(id));
