import { createHash } from 'node:crypto';
import { ByteWriter } from '../bytes/writer.js';
import { AEAD_TAG_LENGTH, type NonceAead, type NonceAeadKey, prepareNonceAead } from '../crypto/nonce-aead.js';
import { hkdfExpandLabel } from './hkdf-label.js';
import { tlsPHash } from './openvpn-prf.js';

/** What of a cipher suite decides on keys; only AEAD suites are opened. */
export interface SuiteKeys {
  readonly hash: 'sha256' | 'sha384';
  readonly aead: NonceAead;
  readonly keyLength: number;
}

/** From the suite's IANA name. Undefined for CBC, CCM and unknown ones. */
export function suiteKeys(name: string): SuiteKeys | undefined {
  const hash = name.endsWith('SHA384') ? 'sha384' : 'sha256';
  if (name.includes('AES_256_GCM')) return { hash, aead: 'aes-256-gcm', keyLength: 32 };
  if (name.includes('AES_128_GCM')) return { hash, aead: 'aes-128-gcm', keyLength: 16 };
  if (name.includes('CHACHA20_POLY1305')) return { hash, aead: 'chacha20-poly1305', keyLength: 32 };
  return undefined;
}

/** Opens the records of one direction in order. */
export interface RecordOpener {
  /**
   * @param header the five bytes in front
   * @param sequence of the record under these keys
   * @returns plaintext, for TLS 1.3 with the content type at its end; undefined when the key is wrong
   */
  open(header: Uint8Array, fragment: Uint8Array, sequence: number): Uint8Array | undefined;
}

/** PRF of TLS 1.2 (RFC 5246 §5). */
export function tls12Prf(hash: string, secret: Uint8Array, label: string, seed: readonly Uint8Array[], length: number): Uint8Array {
  return tlsPHash(hash, secret, Buffer.concat([Buffer.from(label, 'latin1'), ...seed]), length);
}

/** HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1). */
export function expandLabel(hash: string, secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  return hkdfExpandLabel(hash, secret, `tls13 ${label}`, context, length);
}

/** Keys of one direction of TLS 1.3 from its traffic secret (RFC 8446 §7.3). */
export function tls13Opener({ hash, aead, keyLength }: SuiteKeys, trafficSecret: Uint8Array): RecordOpener {
  const none = new Uint8Array(0);
  const key = prepareNonceAead(aead, expandLabel(hash, trafficSecret, 'key', none, keyLength));
  const iv = expandLabel(hash, trafficSecret, 'iv', none, 12);
  return { open: (header, fragment, sequence) => openWith(key, xorNonce(iv, sequence), header, fragment) };
}

/** Keys of both directions of TLS 1.2 from its master secret (RFC 5246 §6.3, RFC 5288 §3, RFC 7905 §2). */
export function tls12Openers(
  { hash, aead, keyLength }: SuiteKeys,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: RecordOpener; readonly server: RecordOpener } {
  const explicit = aead !== 'chacha20-poly1305';
  const ivLength = explicit ? 4 : 12;
  const block = tls12Prf(hash, master, 'key expansion', [serverRandom, clientRandom], 2 * (keyLength + ivLength));
  const opener = (side: 0 | 1): RecordOpener => {
    const key = prepareNonceAead(aead, block.subarray(side * keyLength, (side + 1) * keyLength));
    const ivAt = 2 * keyLength + side * ivLength;
    const iv = block.subarray(ivAt, ivAt + ivLength);
    return {
      open(header, fragment, sequence) {
        const at = explicit ? 8 : 0;
        const length = fragment.length - at - AEAD_TAG_LENGTH;
        if (length < 0) return undefined;
        const aad = new ByteWriter(13);
        aad.u64(BigInt(sequence)).bytes(header.subarray(0, 3)).u16(length);
        const nonce = explicit ? Buffer.concat([iv, fragment.subarray(0, 8)]) : xorNonce(iv, sequence);
        return openWith(key, nonce, aad.finish(), fragment.subarray(at));
      },
    };
  };
  return { client: opener(0), server: opener(1) };
}

/** Keying material exporter of TLS 1.2 without context (RFC 5705 §4). */
export function exportTls12(
  hash: string,
  master: Uint8Array,
  label: string,
  randoms: readonly [client: Uint8Array, server: Uint8Array],
  length: number,
) {
  return tls12Prf(hash, master, label, randoms, length);
}

/** The same of TLS 1.3 from `EXPORTER_SECRET`, with an empty context (RFC 8446 §7.5). */
export function exportTls13(hash: 'sha256' | 'sha384', exporterSecret: Uint8Array, label: string, length: number): Uint8Array {
  const empty = createHash(hash).digest();
  const derived = expandLabel(hash, exporterSecret, label, empty, empty.length);
  return expandLabel(hash, derived, 'exporter', empty, length);
}

function openWith(key: NonceAeadKey, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < AEAD_TAG_LENGTH) return undefined;
  const at = sealed.length - AEAD_TAG_LENGTH;
  const { plaintext, authentic } = key.open(nonce, sealed.subarray(0, at), aad, sealed.subarray(at));
  return authentic ? plaintext : undefined;
}

/** The IV with the sequence number mixed into its end (RFC 8446 §5.3). */
function xorNonce(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = Uint8Array.from(iv);
  let rest = sequence;
  for (let i = nonce.length - 1; i >= 4 && rest > 0; i--) {
    nonce[i] = (nonce[i] as number) ^ (rest & 0xff);
    rest = Math.floor(rest / 256);
  }
  return nonce;
}
