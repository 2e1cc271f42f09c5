import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackIfGzip } from '../../src/capture/gzip.js';

/** The bytes in pieces, all of them from one buffer that is filled again and again, as a file source does. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const count = bytes.copy(buffer, 0, at, at + size);
    yield buffer.subarray(0, count);
    buffer.fill(0xee);
  }
}

/** Bytes as hex: quick to compare. */
async function unpack(bytes: Buffer, size: number): Promise<{ hex: string; notes: string[] }> {
  const got: Buffer[] = [];
  const notes = await unpackIfGzip(pieces(bytes, size), (chunk) => got.push(Buffer.from(chunk)) > 0);
  return { hex: Buffer.concat(got).toString('hex'), notes };
}

/** Not all alike, so that it packs to something with a middle. */
const plain = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index) >>> (index % 13)));
const plainHex = plain.toString('hex');
const packed = gzipSync(plain);

describe('unpackIfGzip', () => {
  it.each([1, 2, 1000, 1 << 20])('leaves other bytes alone (pieces of %d)', async (size) => {
    const bytes = plain.subarray(0, size < 10 ? 100 : undefined);
    expect(await unpack(bytes, size)).toEqual({ hex: bytes.toString('hex'), notes: [] });
  });

  it('nothing at all is nothing', async () => expect(await unpack(Buffer.alloc(0), 10)).toEqual({ hex: '', notes: [] }));

  it.each([1000, 1 << 20])('unpacks (pieces of %d)', async (size) =>
    expect(await unpack(packed, size)).toEqual({ hex: plainHex, notes: [] }),
  );

  it('recognises gzip when its bytes come one at a time', async () => {
    const small = gzipSync(Buffer.from('vpn'));
    expect(await unpack(small, 1)).toEqual({ hex: '76706e', notes: [] });
  });

  it('unpacks several members in a row', async () => {
    expect(await unpack(Buffer.concat([packed, gzipSync(Buffer.from('end'))]), 5000)).toEqual({
      hex: `${plainHex}656e64`,
      notes: [],
    });
  });

  it.each([0.2, 0.5, 0.9])('keeps what came before a cut at %f', async (part) => {
    const { hex, notes } = await unpack(packed.subarray(0, packed.length * part), 1000);
    expect(notes).toEqual(['the gzip data is cut: what could be unpacked was read']);
    expect(hex.length).toBeGreaterThan(plainHex.length * part * 0.5);
    expect(plainHex.startsWith(hex)).toBe(true);
  });

  it('keeps what came before damage', async () => {
    const damaged = Buffer.from(packed);
    // The checksum at the end.
    damaged.fill(0xff, damaged.length - 8, damaged.length - 4);
    const { hex, notes } = await unpack(damaged, 1000);
    expect(notes.join()).toMatch(/^the gzip data is damaged \(.+\): what could be unpacked before was read$/);
    expect(hex.length).toBeGreaterThan(plainHex.length * 0.9);
    expect(plainHex.startsWith(hex)).toBe(true);
  });

  it('ends when the sink has enough, and lets go of its input', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield packed;
      } finally {
        closed = true;
      }
    }
    let chunks = 0;
    expect(await unpackIfGzip(endless(), () => ++chunks < 3)).toEqual([]);
    expect(chunks).toBe(3);
    expect(closed).toBe(true);
  });

  it('passes on what the sink throws', async () => {
    const failing = unpackIfGzip(pieces(packed, 1000), () => {
      throw new RangeError('of the sink');
    });
    await expect(failing).rejects.toThrow('of the sink');
  });
});
