import { createHash, createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import { pemCertificates } from '../crypto/certificates/pem-certificates.js';
import { isEncryptedPem } from '../crypto/private-key.js';
import { type Answer, answer, type Host, noAnswer } from './host.js';

/** A certificate and where it was found. */
export interface Certificate {
  /** Path, or `NSS nickname`. */
  readonly file: string;
  readonly x509: X509Certificate;
  /** One line, in the order of the certificate: `C=CH, O=Example, CN=gw.example.com`. */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isAuthority: boolean;
  readonly isSelfSigned: boolean;
  /** `dns` names, addresses, `email` and the rest, as text. */
  readonly alternativeNames: readonly { readonly type: 'dns' | 'ip' | 'email' | 'other'; readonly value: string }[];
  /** OIDs of the extended key usage; empty where there is none. */
  readonly extendedKeyUsage: readonly string[];
  readonly publicKey: PublicHalf;
}

/**
 * The public half of a key pair, by digests that are compared: what a private key leaves behind. A bundle holds the public half in the
 * place of the private key, so that the comparison has the same result there.
 */
export interface PublicHalf {
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  readonly fingerprint: string;
  /** SHA-1 of modulus or point, hex: NSS calls it CKAID. With a leading zero byte too: both are met. */
  readonly nssIds: readonly string[];
}

/** What a file with a private key says without its passphrase. */
export type KeyFile = { readonly encrypted: true } | { readonly encrypted: false; readonly half: PublicHalf };

const PEM_KEY = /-----BEGIN ((?:[A-Z0-9]+ )*(?:PRIVATE|PUBLIC) KEY)-----[\s\S]*?-----END \1-----/;

/** Every certificate of a PEM text in its order; what cannot be read is left out. */
export function parseCertificates(text: string, file: string): readonly Certificate[] {
  return pemCertificates(text).flatMap((pem) => certificateOf(pem, file) ?? []);
}

function certificateOf(pem: string, file: string): Certificate | undefined {
  try {
    return describeCertificate(new X509Certificate(pem), file);
  } catch {
    return undefined;
  }
}

/** A certificate with what is asked of it. Throws what node:crypto throws at a key that OpenSSL does not know. */
export function describeCertificate(x509: X509Certificate, file: string): Certificate {
  return {
    file,
    x509,
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    isAuthority: x509.ca,
    isSelfSigned: x509.subject === x509.issuer && x509.checkIssued(x509),
    alternativeNames: alternativeNamesOf(x509.subjectAltName),
    // Node calls the extended key usage so.
    extendedKeyUsage: x509.keyUsage ?? [],
    publicKey: publicHalfOf(x509.publicKey),
  };
}

/** Without a common or any name the subject is undefined in node. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** `DNS:gw.example.com, IP Address:192.0.2.1, email:"a\u002cb"`. */
function alternativeNamesOf(text: string | undefined): Certificate['alternativeNames'] {
  return [...(text ?? '').matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].map(([, label = '', value = '']) => ({
    type: label === 'DNS' ? 'dns' : label === 'IP Address' ? 'ip' : label === 'email' ? 'email' : 'other',
    value: value.startsWith('"') ? unquoted(value) : value,
  }));
}

function unquoted(value: string): string {
  try {
    return JSON.parse(value) as string;
  } catch {
    return value;
  }
}

/** Digests of a public key. */
export function publicHalfOf(key: KeyObject): PublicHalf {
  const jwk = jwkOf(key);
  const point = jwk.n ?? jwk.x;
  const raw = point === undefined ? undefined : Buffer.from(point, 'base64url');
  const bytes = raw === undefined ? [] : jwk.n !== undefined ? [raw, Buffer.concat([Buffer.of(0), raw])] : pointOf(raw, jwk.y);
  return {
    fingerprint: createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    nssIds: bytes.map((each) => createHash('sha1').update(each).digest('hex')),
  };
}

/** Curves and kinds of key that JWK does not know, Brainpool and DSA among them, have no digest of NSS here. */
function jwkOf(key: KeyObject): JsonWebKey {
  try {
    return key.export({ format: 'jwk' });
  } catch {
    return {};
  }
}

/** Uncompressed point of an elliptic curve; Edwards curves have no y. */
function pointOf(x: Buffer, y: string | undefined): readonly Buffer[] {
  return y === undefined ? [x] : [Buffer.concat([Buffer.of(4), x, Buffer.from(y, 'base64url')])];
}

/**
 * Public half of the key in a PEM text. Nothing of the private half leaves this function.
 * @returns undefined when there is no key that can be read
 */
export function parseKeyFile(text: string): KeyFile | undefined {
  if (isEncryptedPem(text)) return { encrypted: true };
  const pem = PEM_KEY.exec(text)?.[0];
  if (pem === undefined) return undefined;
  try {
    return { encrypted: false, half: publicHalfOf(createPublicKey(pem)) };
  } catch {
    return undefined;
  }
}

/** Certificates of a file: PEM, or DER through `openssl`. None in it is `failed`. */
export async function readCertificates(host: Host, path: string): Promise<Answer<readonly Certificate[]>> {
  const text = await readPem(host, path, ['openssl', 'x509', '-inform', 'DER', '-in', path]);
  if (!text.ok) return text;
  const certificates = parseCertificates(text.value, path);
  return certificates.length === 0 ? noAnswer('failed', `${path}: no certificate in it that can be read`) : answer(certificates);
}

/** The key in a file: PEM, or DER through `openssl`, which prints the public half alone. */
export async function readKeyFile(host: Host, path: string): Promise<Answer<KeyFile>> {
  const text = await readPem(host, path, ['openssl', 'pkey', '-inform', 'DER', '-in', path, '-passin', 'pass:', '-pubout']);
  if (!text.ok) return text;
  const key = parseKeyFile(text.value);
  return key === undefined ? noAnswer('failed', `${path}: no private key in it that can be read`) : answer(key);
}

/** The certificate that NSS keeps under a nickname. */
export async function readNssCertificate(host: Host, folder: string, nickname: string): Promise<Answer<readonly Certificate[]>> {
  if (!/^[\w.@:+-]+$/.test(nickname)) return noAnswer('failed', `${nickname}: a nickname with characters that are not asked for`);
  const output = await host.run(['certutil', '-L', '-d', `sql:${folder}`, '-n', nickname, '-a']);
  // Without the program, it is not the certificate that is missing.
  if (!output.ok) return noAnswer(output.reason === 'missing' ? 'failed' : output.reason, output.message);
  const certificates = parseCertificates(output.value.stdout, `NSS ${nickname}`);
  if (certificates.length > 0) return answer(certificates);
  const said = output.value.stderr.trim().split('\n', 1)[0] ?? '';
  const absent = /could not find cert|PR_FILE_NOT_FOUND_ERROR|not found/i.test(said);
  return noAnswer(absent ? 'missing' : 'failed', `certutil -L -d sql:${folder} -n ${nickname}: ${said || `status ${output.value.status}`}`);
}

/** CKAIDs of the private keys that libreswan has in NSS. */
export async function readHostKeys(host: Host): Promise<Answer<readonly HostKey[]>> {
  const output = await host.run(['ipsec', 'showhostkey', '--list']);
  if (!output.ok) return output;
  const { stdout, stderr, status } = output.value;
  const keys = parseHostKeys(stdout);
  if (keys.length > 0 || status === 0 || /no (?:private |host )?keys|no keys found/i.test(stderr)) return answer(keys);
  return noAnswer('failed', `ipsec showhostkey --list: ${stderr.trim().split('\n', 1)[0] || `status ${status}`}`);
}

/** `< 1> RSA keyid: AwEAAcNFb ckaid: 5d7e…`. */
export interface HostKey {
  readonly type: string;
  /** The first characters of an RSA key as `leftrsasigkey=0s…` has them. */
  readonly keyId?: string;
  readonly ckaid?: string;
}

export function parseHostKeys(output: string): readonly HostKey[] {
  return output.split('\n').flatMap((line) => {
    const type = /^\s*<\s*\d+>\s+(\w+)/.exec(line)?.[1];
    if (type === undefined) return [];
    const keyId = /keyid:\s*(\S+)/.exec(line)?.[1];
    const ckaid = /ckaid:\s*([0-9a-f]+)/i.exec(line)?.[1]?.toLowerCase();
    return [{ type, ...(keyId !== undefined && { keyId }), ...(ckaid !== undefined && { ckaid }) }];
  });
}

/** A file as text; a binary one through a command that turns it into PEM. */
export async function readPem(host: Host, path: string, convert: readonly [string, ...string[]]): Promise<Answer<string>> {
  const text = await host.readFile(path);
  if (text.ok || text.reason !== 'binary') return text;
  // A path that is no word of a command line cannot be asked for.
  if (!/^\/[\w./@+:-]+$/.test(path)) return noAnswer('binary', `${path}: not PEM, and its name cannot be handed to openssl`);
  const output = await host.run(convert);
  if (!output.ok) return noAnswer('binary', `${path} is not PEM, and openssl: ${output.message}`);
  const pem = output.value.stdout;
  return pem.includes('-----BEGIN ')
    ? answer(pem)
    : noAnswer('failed', `${path}: neither PEM nor DER that openssl reads without a passphrase`);
}
