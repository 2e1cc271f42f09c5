import fc from 'fast-check';

/** Bytes with repetitions near and far, short and long, up to what an IP packet can have: what compression is tried on. */
export const repetitive: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 })), { maxLength: 20 }),
    fc.integer({ min: 0, max: 25_000 }),
  )
  .map(([pieces, gap]) => {
    const bytes = Buffer.concat(pieces.flatMap(([piece, times]) => Array<Uint8Array>(times).fill(piece)));
    return Buffer.concat([bytes, Buffer.alloc(gap), bytes.subarray(0, 300)]);
  });
