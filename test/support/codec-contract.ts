import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.js';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { ByteWriter } from '../../src/bytes/writer.js';

export interface Codec<T> {
  decode(reader: ByteReader): T;
  encode(value: T, writer: ByteWriter): void;
}

export interface CodecRow<T> {
  readonly name: string;
  readonly hex: string;
  readonly value: T;
  /** The bytes decode to the value but the value encodes differently (reserved bits set, say). */
  readonly decodeOnly?: boolean;
}

/** Runs `decode`; a `DecodeError` is fine, any other exception is not. */
export function decodesOrRefuses<T>(codec: Codec<T>, bytes: Uint8Array): void {
  try {
    codec.decode(new ByteReader(bytes));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}

/** What every codec must stand: both ways, cut at every length, lengths that lie, random bytes. */
export function codecContract<T>(name: string, codec: Codec<T>, rows: readonly CodecRow<T>[]): void {
  describe(`${name} codec contract`, () => {
    for (const row of rows) {
      const bytes = fromHex(row.hex);
      it(`decodes ${row.name}`, () => expect(codec.decode(new ByteReader(bytes))).toEqual(row.value));
      if (row.decodeOnly !== true) {
        it(`encodes ${row.name}`, () => {
          const writer = new ByteWriter();
          codec.encode(row.value, writer);
          expect(toHex(writer.finish())).toBe(toHex(bytes));
        });
      }
      it(`refuses or bounds ${row.name} cut at every length and with every byte 0 and 255`, () => {
        for (let cut = 0; cut < bytes.length; cut++) decodesOrRefuses(codec, bytes.subarray(0, cut));
        for (let at = 0; at < bytes.length; at++) {
          for (const value of [0x00, 0xff]) {
            const changed = bytes.slice();
            changed[at] = value;
            decodesOrRefuses(codec, changed);
          }
        }
      });
    }
    it('never throws anything but DecodeError on random bytes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodesOrRefuses(codec, bytes)),
        { numRuns: 300 },
      );
    });
  });
}
