import { UsageError } from '../bytes/errors.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { Secret } from '../bytes/secret.js';

/** One half of a static key: for one direction, or for both where no direction is given (`crypto.h`, `struct key`). */
export interface KeyHalf {
  /** 64 bytes; a cipher takes as many from the front as it needs. */
  readonly cipher: Secret;
  /** 64 bytes; an HMAC takes the length of its digest. */
  readonly hmac: Secret;
}

/** A static key of 2048 bits, as `openvpn --genkey secret` makes it. */
export interface StaticKey {
  readonly halves: readonly [KeyHalf, KeyHalf];
}

/** `--key-direction`: undefined is bidirectional. The two ends have opposite ones. */
export type KeyDirection = 0 | 1 | undefined;

export const STATIC_KEY_LENGTH = 256;
const HALF = 128;
const PART = 64;
const BLOCK = /-----BEGIN OpenVPN Static key V1-----([\s\S]*?)-----END OpenVPN Static key V1-----/g;

/** Every static key in a text: key files, and configurations with keys inside. Throws `UsageError` for a block that is no key. */
export function parseStaticKeys(text: string): readonly StaticKey[] {
  return [...text.matchAll(BLOCK)].map(([, body = '']) => splitStaticKey(fromHex(body)));
}

/** 256 bytes: cipher and HMAC key of the first half, then of the second. Throws `UsageError` for another length. */
export function splitStaticKey(bytes: Uint8Array): StaticKey {
  if (bytes.length !== STATIC_KEY_LENGTH) {
    throw new UsageError(`a static key of OpenVPN has ${STATIC_KEY_LENGTH} bytes, not ${bytes.length}`);
  }
  return { halves: [splitKeyHalf(bytes.subarray(0, HALF)), splitKeyHalf(bytes.subarray(HALF))] };
}

/** 128 bytes: cipher key, HMAC key. */
export function splitKeyHalf(bytes: Uint8Array): KeyHalf {
  if (bytes.length !== HALF) throw new UsageError(`half a static key has ${HALF} bytes, not ${bytes.length}`);
  // Not slice(): a Buffer's are no copies.
  return { cipher: new Secret(Uint8Array.from(bytes.subarray(0, PART))), hmac: new Secret(Uint8Array.from(bytes.subarray(PART))) };
}

/** What an end with this direction sends with and expects (`crypto.c`, `key_direction_state_init`). */
export function halvesOf(key: StaticKey, direction: KeyDirection): { readonly send: KeyHalf; readonly receive: KeyHalf } {
  const [first, second] = key.halves;
  if (direction === undefined) return { send: first, receive: first };
  return direction === 0 ? { send: first, receive: second } : { send: second, receive: first };
}

/** The key as `openvpn --genkey secret` writes it. */
export function staticKeyText({ halves }: StaticKey): string {
  const hex = halves.flatMap(({ cipher, hmac }) => [toHex(cipher.reveal()), toHex(hmac.reveal())]).join('');
  const lines = hex.match(/.{32}/g) ?? [];
  return `-----BEGIN OpenVPN Static key V1-----\n${lines.join('\n')}\n-----END OpenVPN Static key V1-----\n`;
}
