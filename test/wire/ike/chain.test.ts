import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { decodeChain, encodeChain, MAX_PAYLOADS, type PayloadOf } from '../../../src/wire/ike/chain.js';
import { V1, V2 } from '../../../src/wire/ike/tables/payload-types.js';

/** Nonce, N(COOKIE), V. */
const PLAIN = '29 00 0008 01020304  2b 00 000a 00004006 beef  00 00 0006 abcd';

const names = (hex: string, first: number, version: 1 | 2) => decodeChain(fromHex(hex), first, version).payloads.map(({ name }) => name);

describe('decodeChain', () => {
  it('decodes one payload after the other', () => {
    const { payloads, trailing, malformed } = decodeChain(fromHex(PLAIN), V2.Nonce, 2, 28);
    expect(payloads.map(({ kind, name, offset, length }) => [kind, name, offset, length])).toEqual([
      ['nonce', 'Nonce', 28, 8],
      ['notify', 'N(COOKIE)', 36, 10],
      ['vendor-id', 'V', 46, 6],
    ]);
    expect(trailing).toHaveLength(0);
    expect(malformed).toBeUndefined();
  });

  it('gives the body to hash over and a typed value', () => {
    const [nonce] = decodeChain(fromHex(PLAIN), V2.Nonce, 2).payloads;
    expect(toHex(nonce?.body ?? new Uint8Array(0))).toBe('01020304');
    expect((nonce as PayloadOf<'nonce'>).value.nonce).toEqual(fromHex('01020304'));
  });

  it('keeps a payload of unknown type with its critical bit', () => {
    const [payload] = decodeChain(fromHex('00 80 0006 abcd'), 200, 2).payloads;
    expect(payload).toMatchObject({ kind: 'raw', name: 'unknown (200)', critical: true, body: fromHex('abcd') });
  });

  it('goes on behind a payload whose inside is wrong', () => {
    // KE of one byte, then a nonce.
    const { payloads, malformed } = decodeChain(fromHex('28 00 0005 00  00 00 0008 01020304'), V2.KE, 2, 28);
    expect(payloads.map(({ kind, name }) => [kind, name])).toEqual([
      ['malformed', 'KE'],
      ['nonce', 'Nonce'],
    ]);
    expect(malformed).toEqual({
      field: 'key exchange method',
      offset: 32,
      message: 'key exchange method at offset 32 needs 2 bytes, 1 there',
    });
  });

  it.each([
    ['is too long', '00 00 0009 01020304'],
    ['is shorter than its header', '29 00 0003 01020304'],
    ['is zero', '29 00 0000 01020304'],
  ])('stops at a length that %s', (_, hex) => {
    const { payloads, malformed } = decodeChain(fromHex(hex), V2.Nonce, 2);
    expect(payloads.map(({ kind }) => kind)).toEqual(['malformed']);
    expect(malformed?.field).toBe('payload length');
    expect(malformed?.offset).toBe(2);
  });

  it('names a cut notify and keeps what was read of it', () => {
    const [payload] = decodeChain(fromHex('00 00 0020 0000000e 0102'), V2.N, 2).payloads;
    expect(payload).toMatchObject({ kind: 'malformed', name: 'N(NO_PROPOSAL_CHOSEN)', value: { type: 14 } });
  });

  it('keeps the proposals before a fault', () => {
    const [payload] = decodeChain(fromHex('00 00 0014 0000001c 01 01 00 02 03000008 02000005'), V2.SA, 2).payloads;
    expect(payload).toMatchObject({ kind: 'malformed', name: 'SA', malformed: { field: 'proposal' } });
    const [second] = decodeChain(
      fromHex('00 00 0020 0000001c 01 01 00 02 03000008 02000005 0000000d 0100000c 800e0100'),
      V2.SA,
      2,
    ).payloads;
    expect(second).toMatchObject({ kind: 'malformed', value: { proposals: [{ transforms: [{ id: 5 }] }] } });
  });

  it('reports a chain that ends before its next payload begins', () => {
    const { payloads, malformed } = decodeChain(fromHex('2b 00 0008 01020304 0000'), V2.Nonce, 2);
    expect(payloads).toHaveLength(1);
    expect(malformed?.field).toBe('V payload header');
  });

  it('ends at the encrypted payload, whose next is what is inside', () => {
    const { payloads, malformed } = decodeChain(fromHex('23 00 0008 01020304'), V2.SK, 2);
    expect(payloads).toMatchObject([{ kind: 'sk', name: 'SK', next: V2.IDi }]);
    expect(malformed).toBeUndefined();
  });

  it('walks a decrypted IKEv1 body and leaves its padding', () => {
    const { payloads, trailing, malformed } = decodeChain(
      fromHex('0b 00 0008 01020304  00 00 000c 00000001 01 00 000e  5a5a5a07'),
      V1.HASH,
      1,
    );
    expect(payloads.map(({ name }) => name)).toEqual(['HASH', 'N(NO-PROPOSAL-CHOSEN)']);
    expect(toHex(trailing)).toBe('5a5a5a07');
    expect(malformed).toBeUndefined();
  });

  it('has one name for the NAT-D payload of the RFC and of the drafts', () => {
    expect(names('82 00 0005 01  14 00 0005 02  0f 00 0005 03  00 00 0005 04', V1['NAT-D'], 1)).toEqual([
      'NAT-D',
      'NAT-D',
      'NAT-D',
      'NAT-D',
    ]);
  });

  it('does not mix the payload types of the versions', () => {
    expect(names('00 00 0006 abcd', V1.NONCE, 2)).toEqual(['unknown (10)']);
    expect(names('00 00 0006 abcd', V2.Nonce, 1)).toEqual(['unknown (40)']);
  });

  it('is nothing when the first payload is none', () =>
    expect(decodeChain(new Uint8Array(0), 0, 2)).toEqual({ payloads: [], trailing: new Uint8Array(0) }));

  it('gives up on a message of thousands of payloads in good time', () => {
    const { payloads, trailing, malformed } = decodeChain(fromHex('28000005ff'.repeat(13_000)), V2.Nonce, 2);
    expect(payloads).toHaveLength(MAX_PAYLOADS);
    expect(trailing.length).toBe(5 * (13_000 - MAX_PAYLOADS));
    expect(malformed?.message).toBe('payloads at offset 2560: more than 512');
  });

  it('never throws, and never reads a payload twice', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(1 as const, 2 as const),
        (bytes, first, version) => {
          const { payloads, trailing } = decodeChain(bytes, first, version);
          expect(payloads.reduce((sum, { body }) => sum + body.length + 4, trailing.length)).toBe(bytes.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('encodeChain', () => {
  const again = (hex: string, first: number, version: 1 | 2) => {
    const w = new ByteWriter();
    encodeChain(decodeChain(fromHex(hex), first, version).payloads, version, w);
    return toHex(w.finish());
  };

  it.each([
    ['known payloads', PLAIN, V2.Nonce, 2 as const],
    ['an unknown critical one', '28 80 0006 abcd 00 00 0005 01', 200, 2 as const],
    ['an encrypted one with what is inside', '23 00 0008 01020304', V2.SK, 2 as const],
    ['IKEv1', '14 00 0008 01020304 00 00 0005 09', V1.HASH, 1 as const],
    ['a malformed one as it came', '28 00 0005 00 00 00 0008 01020304', V2.KE, 2 as const],
  ])('writes %s', (_, hex, first, version) => expect(again(hex, first, version)).toBe(toHex(fromHex(hex))));

  it('takes payloads made by hand', () => {
    const w = new ByteWriter();
    encodeChain(
      [
        { kind: 'ke', type: V2.KE, value: { group: 31, data: fromHex('aa') } },
        { kind: 'raw', type: 240, body: fromHex('bb'), critical: true },
      ],
      2,
      w,
    );
    expect(toHex(w.finish())).toBe(toHex(fromHex('f0 00 0009 001f0000 aa  00 80 0005 bb')));
  });
});
