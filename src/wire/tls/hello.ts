import type { ByteReader } from '../../bytes/reader.js';

const EXTENSION = { SERVER_NAME: 0, ALPN: 16, SUPPORTED_VERSIONS: 43 } as const;
const RANDOM_LENGTH = 32;
/** `GREASE` values (RFC 8701), which stand among suites and versions so that nobody takes the lists for closed. */
const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
/** SHA-256 of "HelloRetryRequest" in place of a random (RFC 8446 §4.1.3). */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** What a ClientHello offers (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). */
export interface ClientHello {
  /** The highest version in `supported_versions`, else the one of the message. */
  readonly version: number;
  /** All offered, without GREASE. */
  readonly versions: readonly number[];
  readonly random: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
}

/** What a ServerHello chose. */
export interface ServerHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly cipherSuite: number;
  /** It only asks for another ClientHello. */
  readonly isRetry: boolean;
}

/** The body of the message, without its header. @throws DecodeError */
export function decodeClientHello(r: ByteReader): ClientHello {
  const legacy = r.u16('client version');
  const random = r.bytes(RANDOM_LENGTH, 'client random');
  r.skip(r.u8('session id length'), 'session id');
  const suites = readU16s(r.sub(r.u16('cipher suites length'), 'cipher suites'), 'cipher suite');
  r.skip(r.u8('compression methods length'), 'compression methods');
  let serverName: string | undefined;
  let versions: readonly number[] = [legacy];
  let alpn: readonly string[] = [];
  eachExtension(r, (type, body) => {
    if (type === EXTENSION.SERVER_NAME) serverName = readServerName(body);
    else if (type === EXTENSION.ALPN) alpn = readAlpn(body);
    else if (type === EXTENSION.SUPPORTED_VERSIONS) {
      versions = readU16s(body.sub(body.u8('supported versions length'), 'supported versions'), 'version').filter((v) => !isGrease(v));
    }
  });
  return {
    version: versions.reduce((highest, version) => Math.max(highest, version), 0),
    versions,
    random,
    cipherSuites: suites.filter((suite) => !isGrease(suite)),
    serverName,
    alpn,
  };
}

/** The body of the message, without its header. @throws DecodeError */
export function decodeServerHello(r: ByteReader): ServerHello {
  const legacy = r.u16('server version');
  const random = r.bytes(RANDOM_LENGTH, 'server random');
  r.skip(r.u8('session id length'), 'session id');
  const cipherSuite = r.u16('cipher suite');
  r.skip(1, 'compression method');
  let version = legacy;
  eachExtension(r, (type, body) => {
    if (type === EXTENSION.SUPPORTED_VERSIONS) version = body.u16('selected version');
  });
  return { version, random, cipherSuite, isRetry: Buffer.from(random).toString('hex') === RETRY_RANDOM };
}

/**
 * The certificates of a Certificate message, DER, the sender's own first (RFC 5246 §7.4.2; RFC 8446 §4.4.2 with context and extensions).
 * @throws DecodeError
 */
export function decodeCertificateList(r: ByteReader, tls13: boolean): readonly Uint8Array[] {
  if (tls13) r.skip(r.u8('certificate request context length'), 'certificate request context');
  const list = r.sub(r.u24('certificate list length'), 'certificate list');
  const certificates: Uint8Array[] = [];
  while (list.remaining > 0) {
    certificates.push(list.bytes(list.u24('certificate length'), 'certificate'));
    if (tls13) list.skip(list.u16('certificate extensions length'), 'certificate extensions');
  }
  return certificates;
}

function eachExtension(r: ByteReader, visit: (type: number, body: ByteReader) => void): void {
  // TLS 1.2 may end before them.
  if (r.remaining === 0) return;
  const list = r.sub(r.u16('extensions length'), 'extensions');
  while (list.remaining > 0) {
    const type = list.u16('extension type');
    visit(type, list.sub(list.u16('extension length'), 'extension'));
  }
}

function readU16s(r: ByteReader, field: string): number[] {
  const values: number[] = [];
  while (r.remaining > 0) values.push(r.u16(field));
  return values;
}

/** RFC 6066 §3: the only type of name there is. */
function readServerName(r: ByteReader): string | undefined {
  if (r.remaining === 0) return undefined;
  const list = r.sub(r.u16('server name list length'), 'server name list');
  if (list.u8('name type') !== 0) return undefined;
  return Buffer.from(list.bytes(list.u16('server name length'), 'server name')).toString('latin1');
}

function readAlpn(r: ByteReader): readonly string[] {
  const list = r.sub(r.u16('protocol list length'), 'protocol list');
  const names: string[] = [];
  while (list.remaining > 0) names.push(Buffer.from(list.bytes(list.u8('protocol length'), 'protocol')).toString('latin1'));
  return names;
}
