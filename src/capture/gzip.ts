import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ChunkSink } from './source.js';

/** Unpacked bytes handed on at once. */
const CHUNK = 256 * 1024;

/** Does this begin a gzip stream (RFC 1952 §2.3.1)? At least 2 bytes are needed to tell. */
function isGzip(head: Buffer): boolean {
  return head.length >= 2 && head.readUInt16BE(0) === 0x1f8b;
}

/**
 * Hands the chunks on, unpacked where they are gzip (one or several members).
 * Damaged or cut gzip data ends the stream early; everything unpacked before is handed on.
 * @param chunks each valid only until the next one is asked for
 * @returns remarks in words
 */
export async function unpackIfGzip(chunks: AsyncIterable<Buffer>, onChunk: ChunkSink): Promise<string[]> {
  const input = chunks[Symbol.asyncIterator]();
  try {
    let head: Buffer = Buffer.alloc(0);
    while (head.length < 2) {
      const { value, done } = await input.next();
      if (done === true) break;
      // The usual case: the first chunk tells and is not copied.
      head = head.length === 0 && value.length >= 2 ? value : Buffer.concat([head, value]);
    }
    if (isGzip(head)) return await unpack(head, input, onChunk);
    if (head.length > 0 && !(await onChunk(head))) return [];
    for (;;) {
      const { value, done } = await input.next();
      if (done === true || !(await onChunk(value))) return [];
    }
  } finally {
    await input.return?.();
  }
}

async function unpack(head: Buffer, input: AsyncIterator<Buffer>, onChunk: ChunkSink): Promise<string[]> {
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  async function* copies(): AsyncGenerator<Buffer> {
    // Copies: the stream keeps chunks longer than their source keeps them valid.
    yield Buffer.from(head);
    while (!ended) {
      const { value, done } = await input.next();
      if (done === true) return;
      yield Buffer.from(value);
    }
  }
  try {
    await pipeline(
      Readable.from(copies(), { highWaterMark: 1 }),
      createGunzip({ chunkSize: CHUNK }),
      async (unpacked: AsyncIterable<Buffer>) => {
        for await (const chunk of unpacked) {
          try {
            if (await onChunk(chunk)) continue;
          } catch (error) {
            // The pipeline would turn it into one of its own.
            failure = { error };
          }
          ended = true;
          return;
        }
      },
    );
  } catch (error) {
    if (!ended) return [describeDamage(error as NodeJS.ErrnoException)];
  }
  if (failure !== undefined) throw failure.error;
  return [];
}

/** Throws the error again when it is none of zlib's. */
function describeDamage(error: NodeJS.ErrnoException): string {
  if (error.code === 'Z_BUF_ERROR') return 'the gzip data is cut: what could be unpacked was read';
  if (error.code?.startsWith('Z_') !== true) throw error;
  return `the gzip data is damaged (${error.message}): what could be unpacked before was read`;
}
