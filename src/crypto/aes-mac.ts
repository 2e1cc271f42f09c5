import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';

const BLOCK = 16;
const zeros = new Uint8Array(BLOCK);

export type Mac = (parts: readonly Uint8Array[]) => Uint8Array;

function encryptBlock(secret: KeyObject, block: Uint8Array): Uint8Array {
  return createCipheriv('aes-128-ecb', secret, null).setAutoPadding(false).update(block);
}

/** Doubling in GF(2^128), RFC 4493 §2.3. */
function double(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i++) out[i] = ((block[i] as number) << 1) | ((block[i + 1] ?? 0) >> 7);
  if ((block[0] as number) >= 128) out[BLOCK - 1] = (out[BLOCK - 1] as number) ^ 0x87;
  return out;
}

/** CBC-MAC whose last block is mixed with one of two keys, by whether it was whole or had to be padded with 10…0. */
function lastBlockMac(secret: KeyObject, forWhole: Uint8Array, forPadded: Uint8Array): Mac {
  return (parts) => {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const input = Buffer.alloc(Math.max(1, Math.ceil(length / BLOCK)) * BLOCK);
    let at = 0;
    for (const part of parts) {
      input.set(part, at);
      at += part.length;
    }
    const whole = at === input.length;
    if (!whole) input[at] = 0x80;
    const mask = whole ? forWhole : forPadded;
    for (let i = 0, to = input.length - BLOCK; i < BLOCK; i++, to++) input[to] = (input[to] as number) ^ (mask[i] as number);
    const out = createCipheriv('aes-128-cbc', secret, zeros).setAutoPadding(false).update(input);
    return new Uint8Array(out.subarray(out.length - BLOCK));
  };
}

/** AES-CMAC, 16 bytes (RFC 4493). */
export function prepareCmac(key: Uint8Array): Mac {
  const secret = createSecretKey(key);
  const k1 = double(encryptBlock(secret, zeros));
  return lastBlockMac(secret, k1, double(k1));
}

/** AES-XCBC-MAC, 16 bytes (RFC 3566 §4). */
export function prepareXcbc(key: Uint8Array): Mac {
  const secret = createSecretKey(key);
  const derived = (n: number): Uint8Array => encryptBlock(secret, new Uint8Array(BLOCK).fill(n));
  return lastBlockMac(createSecretKey(derived(1)), derived(2), derived(3));
}
