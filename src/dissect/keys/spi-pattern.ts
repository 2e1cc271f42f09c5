import { UsageError } from '../../bytes/errors.js';
import { hexNumber } from '../../bytes/hex.js';

/** An SPI in which single hex digits or all of it may be open. */
export interface SpiPattern {
  /** As printed: `0xc1d717e8`, `0xc1d7****`, `*`. */
  readonly text: string;
  matches(spi: number): boolean;
}

/** One exact SPI. */
export function exactSpi(spi: number): SpiPattern {
  return { text: hexNumber(spi, 8), matches: (other) => other === spi };
}

/**
 * `*`, a decimal number, `0x…`, or `0x…` with `*` for single digits, as Wireshark's esp_sa table has them.
 * Throws `UsageError` for anything else.
 */
export function parseSpiPattern(text: string): SpiPattern {
  if (text === '*') return { text, matches: () => true };
  if (/^\d+$/.test(text) && Number(text) <= 0xffffffff) return exactSpi(Number(text));
  const digits = /^0x([0-9a-f*]{1,8})$/i.exec(text)?.[1]?.toLowerCase();
  if (digits === undefined) throw new UsageError(`not an SPI: "${text.slice(0, 60)}"`, 'decimal, 0x and up to 8 hex digits, or *');
  if (!digits.includes('*')) return exactSpi(Number.parseInt(digits, 16));
  const padded = digits.padStart(8, '0');
  const mask = Number.parseInt(padded.replace(/[^*]/g, 'f').replaceAll('*', '0'), 16);
  const value = Number.parseInt(padded.replaceAll('*', '0'), 16);
  return { text: `0x${padded}`, matches: (spi) => (spi & mask) >>> 0 === value };
}
