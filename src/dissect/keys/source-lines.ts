import { UsageError } from '../../bytes/errors.js';
import type { KeyOrigin, KeyRing } from './key-ring.js';

/**
 * Runs `read` for one line of a key file. What it refuses (`UsageError`) becomes a note with file and line, and reading goes on.
 */
export function noteRefusals(ring: KeyRing, origin: KeyOrigin, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    ring.notes.push({ ...origin, text: error.message });
  }
}

/** Hex digits, an optional `0x` in front. Throws `UsageError` that does not quote them: they are a key. */
export function keyFromHex(text: string, what: string): Uint8Array {
  const digits = text.replace(/^0x/i, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new UsageError(`${what} is not an even number of hex digits`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** `0x` and hex digits, otherwise the bytes of the text itself. */
export function keyFromHexOrText(text: string, what: string): Uint8Array {
  return /^0x/i.test(text) ? keyFromHex(text, what) : new Uint8Array(Buffer.from(text, 'latin1'));
}

/** 16 lower-case hex digits of an IKE SPI or cookie. */
export function ikeSpi(text: string, what: string): string {
  const digits = text.replace(/^0x/i, '').toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(digits)) throw new UsageError(`${what} "${text.slice(0, 24)}" is not 16 hex digits`);
  return digits;
}
