import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { UsageError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';

/**
 * A raw public key as people hand it on: PEM (a certificate too), DER of SubjectPublicKeyInfo (RFC 7670 §3), or a word of ipsec.conf:
 * `0s` and base64 or `0x` and hex, of RFC 3110 (`leftrsasigkey=0sAwEAAc…`, as `ipsec showhostkey` prints it) or SubjectPublicKeyInfo.
 * @param name where it stands, for messages
 * @throws UsageError
 */
export function parsePublicKey(bytes: Uint8Array, name: string): KeyObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const key = text.includes('-----BEGIN ') ? fromPem(text) : (fromWord(text) ?? fromBytes(bytes));
  if (key === undefined) {
    throw new UsageError(`${name} is no public key`, 'read are PEM, DER, and 0s… of ipsec.conf; openssl pkey -in KEY -pubout prints PEM');
  }
  return key;
}

/** From a SubjectPublicKeyInfo or, without an algorithm around it, from RFC 3110; undefined when it is neither. */
export function publicKeyOf(bytes: Uint8Array): KeyObject | undefined {
  return fromBytes(bytes) ?? fromRfc3110(bytes);
}

function fromPem(text: string): KeyObject | undefined {
  try {
    return /BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text) ? new X509Certificate(text).publicKey : createPublicKey(text);
  } catch {
    return undefined;
  }
}

/** With the keyword in front or without, and whatever spaces a mailer put into it. */
function fromWord(text: string): KeyObject | undefined {
  const [, prefix, digits = ''] = /^\s*(?:\w+\s*=\s*)?"?0([sx])([A-Za-z0-9+/=\s]+)"?\s*$/.exec(text) ?? [];
  if (prefix === undefined) return undefined;
  return publicKeyOf(Buffer.from(digits.replace(/\s/g, ''), prefix === 's' ? 'base64' : 'hex'));
}

function fromBytes(bytes: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** RFC 3110 §2: length of the exponent in one byte, or in two behind a zero; exponent; modulus. */
function fromRfc3110(bytes: Uint8Array): KeyObject | undefined {
  try {
    const r = new ByteReader(bytes);
    const short = r.u8('exponent length');
    const exponent = r.bytes(short === 0 ? r.u16('exponent length') : short, 'exponent');
    const modulus = r.rest();
    // Below 512 bits it is rather something else.
    if (exponent.length === 0 || modulus.length < 64) return undefined;
    const base64url = (part: Uint8Array): string => Buffer.from(part).toString('base64url');
    return createPublicKey({ key: { kty: 'RSA', e: base64url(exponent), n: base64url(modulus) }, format: 'jwk' });
  } catch {
    // Cut, or numbers that are no key.
    return undefined;
  }
}
