import { createPrivateKey, type KeyObject } from 'node:crypto';
import { DER, readDer } from '../bytes/der.js';
import { DecodeError, UsageError } from '../bytes/errors.js';
import { ByteReader } from '../bytes/reader.js';
import type { Secret } from '../bytes/secret.js';
import { parseRsaSigKey } from './rsasigkey.js';

const PEM_KEY = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----[\s\S]*?-----END \1-----/;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:\s*4,\s*ENCRYPTED/m;

/**
 * A private key from a file: PEM or DER of PKCS #8 (encrypted too), PKCS #1 and SEC 1, or what `ipsec rsasigkey` printed once; what else
 * stands in a PEM file is passed over.
 * @param name of the file, for messages and for the commands that they propose
 * @param passphrase where the key is encrypted
 * @throws UsageError that says what the file is instead, and the command that makes a key of it
 */
export function parsePrivateKey(bytes: Uint8Array, name: string, passphrase?: Secret): KeyObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.includes('-----BEGIN ')) return parseRsaSigKey(text) ?? fromDer(bytes, name, passphrase);
  const pem = PEM_KEY.exec(text)?.[0];
  if (pem === undefined) throw noKey(text, name);
  if (pem.includes('OPENSSH')) {
    throw new UsageError(`${name} is a key of OpenSSH's own form`, `in a copy of it: ssh-keygen -p -m PEM -f COPY`);
  }
  const isEncrypted = isEncryptedPem(pem);
  if (isEncrypted && passphrase === undefined) throw locked(name);
  return read(() => createPrivateKey({ key: pem, ...unlock(passphrase) }), name, isEncrypted);
}

/** Whether a private key in PEM wants a passphrase: PKCS #8, or the old form of OpenSSL. */
export function isEncryptedPem(pem: string): boolean {
  return ENCRYPTED.test(pem);
}

function fromDer(bytes: Uint8Array, name: string, passphrase: Secret | undefined): KeyObject {
  const kind = kindOfDer(bytes);
  const key = Buffer.from(bytes);
  switch (kind) {
    case 'pkcs8':
    case 'pkcs1':
    case 'sec1':
      return read(() => createPrivateKey({ key, format: 'der', type: kind }), name, false);
    case 'encrypted':
      if (passphrase === undefined) throw locked(name);
      return read(() => createPrivateKey({ key, format: 'der', type: 'pkcs8', ...unlock(passphrase) }), name, true);
    case 'pkcs12':
      throw new UsageError(
        `${name} is a PKCS #12 file, which holds key and certificates together`,
        `openssl pkcs12 -in ${name} -nodes -out all.pem (an old one: with -legacy); chmod 600 all.pem; it then serves for key and certificates`,
      );
    case 'certificate':
      throw new UsageError(`${name} is a certificate, not a private key`, 'the key lies in a file of its own');
    default:
      throw new UsageError(`${name} is no private key`, 'read are PEM and DER of PKCS #8, PKCS #1 and SEC 1');
  }
}

type DerKind = 'pkcs8' | 'pkcs1' | 'sec1' | 'encrypted' | 'pkcs12' | 'certificate' | 'unknown';

/** By the first two elements: a version and what follows it. */
function kindOfDer(bytes: Uint8Array): DerKind {
  try {
    const { body } = readDer(new ByteReader(bytes), 'key', DER.SEQUENCE);
    const first = readDer(body, 'version');
    const second = readDer(body, 'contents');
    if (first.tag === DER.SEQUENCE) return second.tag === DER.OCTET_STRING ? 'encrypted' : 'certificate';
    if (first.tag !== DER.INTEGER || first.body.remaining !== 1) return 'unknown';
    const version = first.body.u8('version');
    if (second.tag === DER.SEQUENCE) return version === 3 ? 'pkcs12' : 'pkcs8';
    return second.tag === DER.INTEGER ? 'pkcs1' : second.tag === DER.OCTET_STRING ? 'sec1' : 'unknown';
  } catch (error) {
    if (error instanceof DecodeError) return 'unknown';
    throw error;
  }
}

/** OpenSSL takes an empty passphrase for none at all. */
const unlock = (passphrase: Secret | undefined) => (passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase.reveal()) });

function read(create: () => KeyObject, name: string, isEncrypted: boolean): KeyObject {
  try {
    return create();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (isEncrypted && code === 'ERR_OSSL_EVP_UNSUPPORTED') {
      throw new UsageError(
        `${name} is encrypted with a cipher that OpenSSL has given up`,
        `openssl pkcs8 -in ${name} -topk8 -provider legacy -provider default -out key.pem`,
      );
    }
    if (isEncrypted) throw new UsageError(`the passphrase does not open ${name}`);
    throw new UsageError(`the private key in ${name} is damaged, or of a kind that OpenSSL does not know (${code})`);
  }
}

function locked(name: string): UsageError {
  return new UsageError(`${name} is encrypted with a passphrase`, `without one: openssl pkey -in ${name} -out key.pem; chmod 600 key.pem`);
}

function noKey(text: string, name: string): UsageError {
  const what = /BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text)
    ? 'certificates only'
    : /BEGIN [A-Z ]*PUBLIC KEY-----/.test(text)
      ? 'a public key only'
      : text.includes('BEGIN CERTIFICATE REQUEST')
        ? 'a request for a certificate only'
        : 'none';
  return new UsageError(
    `${name} holds no private key: ${what === 'none' ? 'nothing in it is one' : `it holds ${what}`}`,
    'it begins with -----BEGIN PRIVATE KEY----- in a file of its own',
  );
}
