import { describe, expect, it } from 'vitest';
import { BytesMemo } from '../../src/bytes/memo.js';

describe('BytesMemo', () => {
  it('makes a value once for the same bytes, wherever they lie', () => {
    const memo = new BytesMemo<object>(4);
    const first = memo.get(Uint8Array.of(1, 2, 255), () => ({}));
    expect(memo.get(Uint8Array.of(0, 1, 2, 255).subarray(1), () => ({}))).toBe(first);
    expect(memo.get(Uint8Array.of(1, 2), () => ({}))).not.toBe(first);
  });

  it('starts anew when it is full', () => {
    const memo = new BytesMemo<object>(2);
    const first = memo.get(Uint8Array.of(1), () => ({}));
    memo.get(Uint8Array.of(2), () => ({}));
    memo.get(Uint8Array.of(3), () => ({}));
    expect(memo.get(Uint8Array.of(1), () => ({}))).not.toBe(first);
  });

  it('does not keep what is long', () => {
    const memo = new BytesMemo<object>(2);
    const long = new Uint8Array(2049);
    expect(memo.get(long, () => ({}))).not.toBe(memo.get(long, () => ({})));
  });
});
