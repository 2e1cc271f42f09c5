import { load16 } from './endian.js';

/**
 * Walks the options at the end of a pcapng block (draft-ietf-opsawg-pcapng §3.5): code, length, value padded to 4.
 * An option that does not fit ends the walk: what came before it counts.
 */
export function* readOptions(
  data: Buffer,
  at: number,
  end: number,
  little: boolean,
): Generator<{ readonly code: number; readonly at: number; readonly length: number }> {
  while (end - at >= 4) {
    const code = load16(data, at, little);
    const length = load16(data, at + 2, little);
    if (code === 0 || end - at - 4 < length) return;
    yield { code, at: at + 4, length };
    at += 4 + ((length + 3) & ~3);
  }
}
