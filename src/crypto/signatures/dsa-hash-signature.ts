import { createHmac, type KeyObject } from 'node:crypto';
import { DER, readDer } from '../../bytes/der.js';
import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { keyText } from '../key-text.js';
import type { HashSignature } from './hash-signature.js';

/** Numbers of a key (FIPS 186-4 §4.1): `value` is x of a private key, y of a public one. */
interface Dsa {
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly value: bigint;
}

const bigOf = (bytes: Uint8Array): bigint => BigInt(`0x0${toHex(bytes)}`);
const bytesOf = (value: bigint, length: number): Uint8Array => Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
const bitsOf = (value: bigint): number => value.toString(2).length;

function numbersOf(key: KeyObject): Dsa {
  const der = key.type === 'private' ? key.export({ type: 'pkcs8', format: 'der' }) : key.export({ type: 'spki', format: 'der' });
  const { body } = readDer(new ByteReader(der), 'key', DER.SEQUENCE);
  if (key.type === 'private') readDer(body, 'version', DER.INTEGER);
  const algorithm = readDer(body, 'algorithm', DER.SEQUENCE).body;
  readDer(algorithm, 'OID', DER.OID);
  const parameters = readDer(algorithm, 'parameters', DER.SEQUENCE).body;
  const integer = (r: ByteReader, name: string) => bigOf(readDer(r, name, DER.INTEGER).body.rest());
  const wrapped = readDer(body, 'key').body;
  // A bit string begins with the count of its unused bits.
  if (key.type === 'public') wrapped.skip(1, 'unused bits');
  return { p: integer(parameters, 'p'), q: integer(parameters, 'q'), g: integer(parameters, 'g'), value: integer(wrapped, 'key') };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, left = exponent; left > 0n; left >>= 1n, square = (square * square) % modulus)
    if ((left & 1n) === 1n) result = (result * square) % modulus;
  return result;
}

const modulo = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;
/** By Fermat: q is a prime. */
const inverse = (value: bigint, q: bigint): bigint => power(modulo(value, q), q - 2n, q);

/** The leftmost bits of a hash, as many as q has (FIPS 186-4 §4.6). */
function truncated(hash: Uint8Array, q: bigint): bigint {
  const over = hash.length * 8 - bitsOf(q);
  return over > 0 ? bigOf(hash) >> BigInt(over) : bigOf(hash);
}

/** Candidates for k from key and hash (RFC 6979 §3.2): no random number, so that none can be bad. */
function* candidates(hash: Uint8Array, { q, value }: Dsa): Generator<bigint, never> {
  const digest = hash.length === 20 ? 'sha1' : 'sha256';
  const length = Math.ceil(bitsOf(q) / 8);
  const seed = Buffer.concat([bytesOf(value, length), bytesOf(modulo(truncated(hash, q), q), length)]);
  const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array =>
    createHmac(digest, key).update(Buffer.concat(parts)).digest();
  const size = digest === 'sha1' ? 20 : 32;
  let v: Uint8Array = new Uint8Array(size).fill(1);
  let k: Uint8Array = new Uint8Array(size);
  for (const mark of [0, 1]) {
    k = hmac(k, v, Uint8Array.of(mark), seed);
    v = hmac(k, v);
  }
  for (;;) {
    const parts: Uint8Array[] = [];
    for (let bytes = 0; bytes < length; bytes += size) {
      v = hmac(k, v);
      parts.push(v);
    }
    const candidate = truncated(Buffer.concat(parts).subarray(0, length), q);
    if (candidate > 0n && candidate < q) yield candidate;
    k = hmac(k, v, Uint8Array.of(0));
    v = hmac(k, v);
  }
}

function sign(hash: Uint8Array, key: Dsa): Uint8Array {
  const { p, q, g, value } = key;
  const length = Math.ceil(bitsOf(q) / 8);
  const numbers = candidates(hash, key);
  for (;;) {
    const k = numbers.next().value;
    const r = power(g, k, p) % q;
    const s = modulo(inverse(k, q) * (truncated(hash, q) + value * r), q);
    if (r !== 0n && s !== 0n) return Uint8Array.from(Buffer.concat([bytesOf(r, length), bytesOf(s, length)]));
  }
}

function verify(hash: Uint8Array, { p, q, g, value }: Dsa, signature: Uint8Array): boolean {
  const half = signature.length / 2;
  if (half !== Math.ceil(bitsOf(q) / 8)) return false;
  const [r, s] = [bigOf(signature.subarray(0, half)), bigOf(signature.subarray(half))];
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const w = inverse(s, q);
  const u1 = modulo(truncated(hash, q) * w, q);
  const u2 = modulo(r * w, q);
  return ((power(g, u1, p) * power(value, u2, p)) % p) % q === r;
}

/**
 * DSS of phase 1 (RFC 2409 §5.1, FIPS 186-4 §4.6): HASH_I and HASH_R are made with HMAC-SHA1, whatever phase 1 has, and signed as they
 * are; r and s one behind the other. node:crypto hashes what it signs, so that it cannot be asked.
 */
export const dsaHashSignature: HashSignature = {
  name: 'DSS',
  method: 2,
  prf: 'PRF_HMAC_SHA1',
  misfit(key) {
    const { modulusLength = 0, divisorLength = 0 } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType !== 'dsa') return `the signature is to be DSS, and the key shown is ${keyText(key)}`;
    // A stranger's key costs no more time than a usual one (FIPS 186-4 §4.2).
    return modulusLength > 4096 || divisorLength > 256 ? `${keyText(key)} is longer than any that DSS has` : undefined;
  },
  sign: (key, hash) => sign(hash, numbersOf(key)),
  verify: (key, hash, signature) => verify(hash, numbersOf(key), signature),
};
