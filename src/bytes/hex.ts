import { UsageError } from './errors.js';

/** Up to here, SPIs and hashes, putting pairs together is cheaper than asking `Buffer`. */
const SHORT = 20;
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex without separators. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= SHORT) {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i] as number];
    return text;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** `0x` and `digits` lower-case hex digits, as SPIs are printed. */
export function hexNumber(value: number | bigint, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** Bytes of a hex string; an `0x` in front, spaces and colons are allowed. Throws `UsageError` otherwise. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/^0x/i, '').replace(/[\s:]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new UsageError(`not a hex string: "${text.slice(0, 40)}"`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
