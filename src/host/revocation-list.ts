import { DecodeError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import { readPem } from './certificates.js';
import { type Answer, answer, type Host, noAnswer } from './host.js';

/** What a certificate revocation list (RFC 5280 §5.1) says of itself and of others. */
export interface RevocationList {
  readonly file: string;
  readonly thisUpdate: Date;
  /** Absent in lists that never end. */
  readonly nextUpdate?: Date;
  /** DER of the issuer's name, hex: equal names are equal here. */
  readonly issuer: string;
  /** Serial numbers, upper-case hex without leading zeros, as `X509Certificate.serialNumber` has them. */
  readonly revoked: ReadonlySet<string>;
}

/** Lists in a file: PEM, or DER through `openssl`. */
export async function readRevocationLists(host: Host, path: string): Promise<Answer<readonly RevocationList[]>> {
  const text = await readPem(host, path, ['openssl', 'crl', '-inform', 'DER', '-in', path]);
  if (!text.ok) return text;
  const lists = parseRevocationLists(text.value, path);
  return lists.length === 0 ? noAnswer('failed', `${path}: no revocation list in it that can be read`) : answer(lists);
}

/** Every list of a PEM text; what cannot be read is left out. */
export function parseRevocationLists(text: string, file: string): readonly RevocationList[] {
  return [...text.matchAll(/-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g)].flatMap(([, base64 = '']) => {
    try {
      return [decodeRevocationList(Buffer.from(base64, 'base64'), file)];
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  });
}

interface Element {
  readonly tag: number;
  readonly body: ByteReader;
  /** Tag, length and contents, hex. */
  readonly whole: string;
}

/** One element of DER (X.690 §8). @throws DecodeError when it is cut */
function element(reader: ByteReader, field: string): Element {
  const start = reader.fork();
  const from = reader.offset;
  const tag = reader.u8(field);
  const first = reader.u8(`${field} length`);
  let length = first;
  if (first >= 0x80) {
    length = 0;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw reader.fail(`${field} length`, 'not a length of DER');
    for (let i = 0; i < count; i++) length = length * 256 + reader.u8(`${field} length`);
  }
  const body = reader.sub(length, field);
  return { tag, body, whole: Buffer.from(start.bytes(reader.offset - from, field)).toString('hex') };
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/** @throws DecodeError when it is none */
function decodeRevocationList(bytes: Uint8Array, file: string): RevocationList {
  const list = element(element(new ByteReader(bytes), 'CertificateList').body, 'tbsCertList').body;
  let next = element(list, 'version');
  if (next.tag === INTEGER) next = element(list, 'signature');
  const issuer = element(list, 'issuer').whole;
  const thisUpdate = timeOf(element(list, 'thisUpdate'));
  let nextUpdate: Date | undefined;
  const revoked = new Set<string>();
  while (list.remaining > 0) {
    const part = element(list, 'nextUpdate or revokedCertificates');
    if (part.tag === UTC_TIME || part.tag === GENERALIZED_TIME) nextUpdate = timeOf(part);
    else if (part.tag === SEQUENCE) {
      while (part.body.remaining > 0) revoked.add(serialOf(element(element(part.body, 'revokedCertificate').body, 'userCertificate')));
    }
  }
  return { file, thisUpdate, issuer, revoked, ...(nextUpdate !== undefined && { nextUpdate }) };
}

function serialOf({ body }: Element): string {
  return Buffer.from(body.rest())
    .toString('hex')
    .toUpperCase()
    .replace(/^(?:00)+(?=.)/, '');
}

/** `260102030405Z`, `20500102030405Z` (RFC 5280 §4.1.2.5: two digits from 50 on are of the twentieth century). */
function timeOf({ tag, body }: Element): Date {
  const text = Buffer.from(body.fork().rest()).toString('latin1');
  const digits = tag === UTC_TIME ? (Number(text.slice(0, 2)) >= 50 ? `19${text}` : `20${text}`) : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(digits);
  if (match === null) throw body.fail('time', 'not a time of DER');
  const [, year, month, day, hour, minute, second = '00'] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/**
 * DER of the issuer's name of a certificate, hex, to compare with that of a list.
 * @throws DecodeError when the bytes are no certificate
 */
export function issuerOf(certificate: Uint8Array): string {
  const body = element(element(new ByteReader(certificate), 'Certificate').body, 'tbsCertificate').body;
  const first = element(body, 'version or serialNumber');
  // An explicit [0] is the version.
  if (first.tag === 0xa0) element(body, 'serialNumber');
  element(body, 'signature');
  return element(body, 'issuer').whole;
}
