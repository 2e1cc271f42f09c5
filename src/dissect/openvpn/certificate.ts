import { X509Certificate } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import { certificateFields } from '../../crypto/certificates/certificate-fields.js';
import type { OpenvpnCertificateFacts } from '../../model/openvpn-session.js';

const DER_SEQUENCE = 0x30;
const LONGEST = 300;

/** What a certificate of a TLS handshake says; undefined when it is none. */
export function readCertificate(der: Uint8Array): Omit<OpenvpnCertificateFacts, 'frame' | 'fromClient'> | undefined {
  // X509Certificate takes PEM as well, which does not belong here.
  if (der[0] !== DER_SEQUENCE) return undefined;
  try {
    const x509 = new X509Certificate(der);
    const usages = usagesOf(x509);
    return {
      subject: name(x509.subject),
      issuer: name(x509.issuer),
      validFrom: date(x509.validFrom),
      validTo: date(x509.validTo),
      ...(x509.subjectAltName === undefined ? {} : { altNames: printable(x509.subjectAltName) }),
      ...(usages === undefined ? {} : { usages }),
    };
  } catch (error) {
    // OpenSSL refuses what is no certificate with an error of its own.
    if (error instanceof RangeError || error instanceof TypeError) throw error;
    return undefined;
  }
}

function usagesOf(x509: X509Certificate): readonly string[] | undefined {
  try {
    return certificateFields(x509).extendedKeyUsage?.slice(0, 16);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** Node gives null, whatever its types say, where OpenSSL cannot print a field. */
function printable(text: string | null | undefined): string {
  return (text ?? '').replace(/[^\x20-\x7e]/g, '.').slice(0, LONGEST);
}

/** Node prints one attribute a line. */
function name(text: string | null | undefined): string {
  return printable((text ?? '').split('\n').join(', '));
}

function date(text: string): string {
  const parsed = new Date(text);
  return Number.isNaN(parsed.getTime()) ? printable(text) : parsed.toISOString();
}
