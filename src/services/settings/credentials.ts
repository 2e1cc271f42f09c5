import type { KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../../bytes/errors.js';
import { readError } from '../../bytes/file-error.js';
import { Secret } from '../../bytes/secret.js';
import { secretBytes } from '../../config/secret-text.js';
import { parseCertificates } from '../../crypto/certificates/parse-certificates.js';
import { parsePrivateKey } from '../../crypto/private-key.js';
import { parsePublicKey } from '../../crypto/public-key.js';
import { type Certificate, describeCertificate } from '../../host/certificates.js';
import type { TunnelFlags } from './flags.js';

/** Asks on the terminal without showing what is typed; undefined where nobody can be asked. */
export type AskSecret = ((question: string) => Promise<string>) | undefined;

/** A key with the certificates that go with it: our own first, then intermediates. */
export interface OwnKey {
  readonly key: KeyObject;
  readonly certificates: readonly Certificate[];
  /** The key as PEM, for TLS. */
  readonly pem: string;
}

/** Files of keys are small; what is larger was meant for something else. */
const MOST_BYTES = 1 << 20;

/**
 * The pre-shared key from wherever the flags say; a file may hold it as text, `0x` hex or `0s` base64.
 * @param warn is told when it stands on the command line
 * @throws UsageError
 */
export async function readSharedSecret(flags: TunnelFlags, ask: AskSecret, warn: (line: string) => void): Promise<Secret | undefined> {
  const { psk, pskFile, pskPrompt } = flags;
  if ([psk, pskFile, pskPrompt].filter((flag) => flag !== undefined).length > 1) {
    throw new UsageError('--psk, --psk-file and --psk-prompt exclude each other');
  }
  if (psk !== undefined) {
    warn(
      'vpndoctor: a PSK on the command line is seen by every user of this host and kept in the shell history; --psk-file or --psk-prompt hide it',
    );
    return sharedSecret(psk, '--psk');
  }
  if (pskFile !== undefined) return sharedSecret(secretLine(pskFile, '--psk-file'), `--psk-file ${pskFile}`);
  if (pskPrompt !== true) return flags.held?.psk;
  if (ask === undefined) throw new UsageError('--psk-prompt asks for the PSK, and standard input is not a terminal', 'use --psk-file FILE');
  return sharedSecret(await ask('PSK: '), '--psk-prompt');
}

/** For key exchange alone. */
const EXCHANGE_ONLY: ReadonlySet<string | undefined> = new Set(['x25519', 'x448', 'dh']);

/** Our key and certificates, from `--cert` and `--key`. @throws UsageError */
export function readOwnKey({ cert, key, held }: TunnelFlags): OwnKey | undefined {
  if (cert.length === 0 && key === undefined) return undefined;
  if (key === undefined) throw new UsageError('--cert without --key', 'the private key that belongs to it: --key FILE (PEM or DER)');
  const privateKey = parsePrivateKey(readBytes(key, '--key'), key, held?.passphrase);
  if (EXCHANGE_ONLY.has(privateKey.asymmetricKeyType))
    throw new UsageError(
      `${key} is a key of ${privateKey.asymmetricKeyType}, which signs nothing`,
      'RSA, ECDSA or Ed25519: openssl genpkey -algorithm ed25519',
    );
  const certificates = readCertificates(cert, '--cert');
  const own = certificates.find(({ x509 }) => x509.checkPrivateKey(privateKey));
  if (certificates.length > 0 && own === undefined) {
    throw new UsageError(
      `${key} is not the key of ${certificates[0]?.subject} (${cert[0]})`,
      `compare: openssl x509 -in ${cert[0]} -noout -pubkey; openssl pkey -in ${key} -pubout`,
    );
  }
  return {
    key: privateKey,
    certificates: own === undefined ? [] : [own, ...certificates.filter((other) => other !== own)],
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/**
 * Public keys of the peer: PEM or DER in a file, or what `ipsec showhostkey` prints, in a file or as it is.
 * @throws UsageError
 */
export function readPeerKeys(keys: readonly string[]): readonly KeyObject[] {
  return keys.map((key) => {
    const word = /^0[sx][A-Za-z0-9+/=]{40,}$/.test(key);
    return parsePublicKey(word ? Buffer.from(key) : readBytes(key, '--peer-key'), word ? '--peer-key' : key);
  });
}

/** Every certificate of these files, PEM or DER. @throws UsageError when one holds none */
export function readCertificates(files: readonly string[], flag: string): readonly Certificate[] {
  return files.flatMap((file) => parseCertificates(readBytes(file, flag), file).map((x509) => describeCertificate(x509, file)));
}

/** Revocation lists as DER. @throws UsageError */
export function readRevocationLists(files: readonly string[]): readonly Uint8Array[] {
  return files.flatMap((file) => {
    const bytes = readBytes(file, '--crl');
    const blocks = [...bytes.toString('latin1').matchAll(/-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g)];
    if (blocks.length > 0) return blocks.map(([, base64 = '']) => new Uint8Array(Buffer.from(base64, 'base64')));
    if (bytes[0] !== 0x30) throw new UsageError(`--crl ${file} holds no revocation list`, 'PEM ("BEGIN X509 CRL") or DER is read');
    return [new Uint8Array(bytes)];
  });
}

/** The first line of a file with a password or key. @throws UsageError */
export function secretLine(file: string, flag: string): string {
  const [line = '', ...more] = readText(file, flag).split(/\r?\n/);
  if (more.some((other) => other.trim() !== '') || /^\s*(?:[^\s"]+\s+)*:\s*(PSK|RSA|EAP)\b/.test(line)) {
    throw new UsageError(
      `${flag} ${file} holds more than one line with a secret`,
      'it is to hold the secret alone, not an ipsec.secrets or swanctl.conf',
    );
  }
  if (line === '') throw new UsageError(`${flag} ${file} is empty`, 'it is to hold the secret alone, in its first line');
  return line;
}

/** The password of a user. @throws UsageError */
export function readPassword(file: string, flag: string): Secret {
  return new Secret(new TextEncoder().encode(secretLine(file, flag)));
}

/** Text of a small file. @throws UsageError that says what to do */
export function readText(file: string, flag: string): string {
  return readBytes(file, flag).toString('utf8');
}

function readBytes(file: string, flag: string): Buffer {
  // What is said of a file has its name in it.
  if (file.includes('-----BEGIN'))
    throw new UsageError(
      `${flag} takes the name of a file, not what is in it`,
      'a key on the command line is seen by all users of this host (ps)',
    );
  try {
    if (statSync(file).size > MOST_BYTES) throw new UsageError(`${flag} ${file} is larger than a file of keys ever is`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw readError(`${flag} ${file}`, file, error);
  }
}

function sharedSecret(text: string, from: string): Secret {
  const { bytes, fault } = secretBytes(text, false, 'plain');
  if (bytes === undefined || bytes.length === 0) throw new UsageError(`${from}: the secret ${fault ?? 'is empty'}`);
  return new Secret(bytes);
}
