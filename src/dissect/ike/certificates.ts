import { X509Certificate } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { printableText } from '../../bytes/printable.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import type { IkeSession } from '../../model/ike-session.js';
import type { Cert } from '../../wire/ike/payloads/cert.js';
import { CERT_ENCODING, IKEV1_CERT_ENCODINGS, IKEV2_CERT_ENCODINGS } from '../../wire/ike/tables/authentication.js';
import { numbersOf } from '../../wire/ike/tables/numbers-of.js';
import { boundedText } from './bounds.js';

/** What an X.509 certificate says, without where it was seen. */
export type CertificateFacts = Omit<IkeSession['certificates'][number], 'frame' | 'fromInitiator'>;

const ENCODING_V1 = numbersOf(IKEV1_CERT_ENCODINGS);
const SHA1_LENGTH = 20;
/** The tag that DER of a certificate begins with: X509Certificate takes PEM as well, which does not belong here. */
const DER_SEQUENCE = 0x30;

/** Decodes a CERT payload; a text where it holds no single X.509 certificate or a broken one. */
export function certificateFacts(cert: Cert, version: 1 | 2): CertificateFacts | string {
  const encoding = nameOf(version === 1 ? IKEV1_CERT_ENCODINGS : IKEV2_CERT_ENCODINGS, cert.encoding);
  if (isX509(cert.encoding, version)) return decodeX509(cert.data) ?? `${encoding}, cannot be decoded (${cert.data.length} bytes)`;
  if (version === 2 && isHashAndUrl(cert.encoding)) return `${encoding}: ${hashAndUrl(cert.data)}`;
  return `${encoding} (${cert.data.length} bytes)`;
}

/** IKEv1 has two numbers for one format, by the use of the key. */
function isX509(encoding: number, version: 1 | 2): boolean {
  if (encoding === CERT_ENCODING['X.509 Certificate - Signature']) return true;
  return version === 1 && encoding === ENCODING_V1['X.509 Certificate - Key Exchange'];
}

function isHashAndUrl(encoding: number): boolean {
  return encoding === CERT_ENCODING['Hash and URL of X.509 certificate'] || encoding === CERT_ENCODING['Hash and URL of X.509 bundle'];
}

function decodeX509(der: Uint8Array): CertificateFacts | undefined {
  if (der[0] !== DER_SEQUENCE) return undefined;
  try {
    const x509 = new X509Certificate(der);
    const altNames = said(x509.subjectAltName);
    const key = keyText(x509);
    return {
      subject: nameText(x509.subject),
      issuer: nameText(x509.issuer),
      validFrom: isoDate(x509.validFrom),
      validTo: isoDate(x509.validTo),
      ...(altNames === '' ? {} : { altNames }),
      ...(key === undefined ? {} : { key }),
    };
  } catch (error) {
    // OpenSSL refuses what is no certificate with an error of its own, and there is nothing to be gained from its codes.
    if (error instanceof RangeError || error instanceof TypeError) throw error;
    return undefined;
  }
}

/** Node gives null, whatever its types say, where OpenSSL cannot print a field. */
function said(text: string | null | undefined): string {
  return boundedText(printableText(Buffer.from(text ?? '')));
}

/** Node prints one attribute a line. */
function nameText(name: string | null | undefined): string {
  return said((name ?? '').split('\n').join(', '));
}

/** OpenSSL's `Nov 21 19:31:16 2026 GMT`; kept as it is where it is no date. */
function isoDate(text: string): string {
  const date = new Date(said(text));
  return Number.isNaN(date.getTime()) ? said(text) : date.toISOString();
}

/** `RSA 2048`, `EC prime256v1`; undefined where OpenSSL does not know the key. */
function keyText(x509: X509Certificate): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = x509.publicKey;
    const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve;
    return asymmetricKeyType === undefined ? undefined : `${asymmetricKeyType.toUpperCase()}${size === undefined ? '' : ` ${size}`}`;
  } catch {
    return undefined;
  }
}

/** RFC 7296 §3.6: SHA-1 of what lies at the URL, then the URL. */
function hashAndUrl(data: Uint8Array): string {
  try {
    const r = new ByteReader(data);
    const hash = r.bytes(SHA1_LENGTH, 'hash');
    return `${boundedText(printableText(r.rest()))} (SHA-1 ${toHex(hash)})`;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return error.message;
  }
}
