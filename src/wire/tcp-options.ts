import { DecodeError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';

const END = 0;
const NO_OPERATION = 1;
const MAXIMUM_SEGMENT_SIZE = 2;

/** The MSS among the options of a SYN (RFC 9293 §3.7.1), bytes; undefined when there is none or the options are damaged. */
export function readMss(options: Uint8Array): number | undefined {
  const reader = new ByteReader(options);
  try {
    while (reader.remaining > 0) {
      const kind = reader.u8('TCP option kind');
      if (kind === END) return undefined;
      if (kind === NO_OPERATION) continue;
      const body = reader.sub(reader.u8('TCP option length') - 2, 'TCP option');
      if (kind === MAXIMUM_SEGMENT_SIZE) return body.u16('maximum segment size');
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return undefined;
}

/** Options of a SYN with nothing but its MSS. */
export function mssOption(mss: number): Uint8Array {
  return new ByteWriter(4).u8(MAXIMUM_SEGMENT_SIZE).u8(4).u16(mss).finish();
}
