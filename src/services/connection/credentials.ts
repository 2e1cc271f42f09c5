import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import { UsageError } from '../../bytes/errors.js';
import type { Secret } from '../../bytes/secret.js';
import type { ConfigEnd } from '../../config/effective/config-end.js';
import { canonicalIdentity } from '../../config/ipsec-secrets/find-secret.js';
import { parseCertificates } from '../../crypto/certificates/parse-certificates.js';
import { parsePrivateKey } from '../../crypto/private-key.js';
import { parsePublicKey } from '../../crypto/public-key.js';

/** How files of keys and certificates are come by. */
export interface CredentialFiles {
  /** Paths of the files in a folder; none where there is no such folder. @throws EnvironmentError where it may not be read */
  list(folder: string): readonly string[];
  /** Undefined where there is no such file. @throws EnvironmentError where it may not be read */
  read(path: string): Uint8Array | undefined;
}

/** Our certificate with its key, in the files that hold them. */
export interface FoundKey {
  /** Our own first, then the authorities between. */
  readonly certificates: readonly string[];
  readonly key: string;
  readonly passphrase?: Secret;
}

/** Where a product keeps its files, beside its configuration (swanctl(8) "FILES", ipsec.conf(5) "leftcert"). */
interface Folders {
  readonly certificates: string;
  readonly authorities: string;
  readonly lists: string;
  readonly keys: readonly string[];
  readonly publicKeys: string;
}

/** Undefined for those that keep keys elsewhere: libreswan in NSS, Cisco in itself. */
function foldersOf({ connection, product }: ConfigEnd, main: string): Folders | undefined {
  const base = dirname(main);
  if (connection.dialect === 'swanctl') {
    return {
      certificates: join(base, 'x509'),
      authorities: join(base, 'x509ca'),
      lists: join(base, 'x509crl'),
      keys: ['private', 'rsa', 'ecdsa', 'pkcs8'].map((name) => join(base, name)),
      publicKeys: join(base, 'pubkey'),
    };
  }
  if (product !== 'strongswan' && product !== 'openswan') return undefined;
  const folder = (name: string) => join(base, 'ipsec.d', name);
  return {
    certificates: folder('certs'),
    authorities: folder('cacerts'),
    lists: folder('crls'),
    keys: [folder('private')],
    publicKeys: folder('certs'),
  };
}

/**
 * The certificate that a connection names, or else one that says who we are, with its key out of the folders of the product.
 * @param main the configuration's main file
 * @returns words for people where there is none that can be used
 */
export function findOwnKey(end: ConfigEnd, main: string, files: CredentialFiles): FoundKey | { readonly why: string } {
  const { local } = end.connection;
  const folders = foldersOf(end, main);
  if (folders === undefined) return { why: elsewhere(end) };
  if (local.certificate === undefined && local.publicKey !== undefined) return findRawKey(local.publicKey.value, end, folders, files);
  const paths =
    local.certificate === undefined
      ? files.list(folders.certificates)
      : local.certificate.value.split(',').map((name) => within(folders.certificates, unquoted(name)));
  const id = local.id === undefined ? undefined : canonicalIdentity(unquoted(local.id.value));
  const keys = keysOf(end, folders, files);
  const faults: string[] = [];
  for (const path of paths) {
    const certificate = certificatesIn(path, files)[0];
    if (certificate === undefined) {
      if (local.certificate !== undefined) faults.push(`${path} is no certificate that can be read`);
      continue;
    }
    if (local.certificate === undefined && id !== undefined && !says(certificate, id)) continue;
    for (const { path: key, passphrase } of keys) {
      const bytes = files.read(key);
      if (bytes === undefined) continue;
      try {
        if (certificate.checkPrivateKey(parsePrivateKey(bytes, key, passphrase)))
          return {
            certificates: [path, ...between(certificate, folders, files)],
            key,
            ...(passphrase === undefined ? {} : { passphrase }),
          };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        faults.push(error.message);
      }
    }
    faults.push(`no key in ${folders.keys.join(', ')} belongs to ${path}`);
  }
  return { why: faults.length === 0 ? `no certificate of ours in ${folders.certificates}` : faults.slice(0, MOST_FAULTS).join('; ') };
}

/** The key that belongs to the public one which stands in the connection. */
function findRawKey(said: string, end: ConfigEnd, folders: Folders, files: CredentialFiles): FoundKey | { readonly why: string } {
  const place = keyPlace(said, folders);
  const wanted = publicKeyIn(place, files);
  if (wanted === undefined) return { why: `${place.slice(0, 40)} is no public key that can be read: the private one with --key` };
  for (const { path: key, passphrase } of keysOf(end, folders, files)) {
    const bytes = files.read(key);
    if (bytes === undefined) continue;
    try {
      if (createPublicKey(parsePrivateKey(bytes, key, passphrase)).equals(wanted))
        return { certificates: [], key, ...(passphrase === undefined ? {} : { passphrase }) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return { why: `we prove ourselves with a raw key there, and no key in ${folders.keys.join(', ')} belongs to it: its file with --key` };
}

/**
 * Public keys of the peer that stand in the connection or in files that it names, as `--peer-key` takes them: `rightrsasigkey=0s…`,
 * `remote.pubkeys`. Those that cannot be read are left out.
 */
export function findPeerKeys(end: ConfigEnd, main: string, files: CredentialFiles): readonly string[] {
  const said = end.connection.remote.publicKey?.value.split(',') ?? [];
  const folders = foldersOf(end, main);
  return said.map((word) => keyPlace(word, folders)).filter((place) => publicKeyIn(place, files) !== undefined);
}

/** The word itself, or the file that it names. */
function keyPlace(said: string, folders: Folders | undefined): string {
  const word = unquoted(said);
  return KEY_WORD.test(word) || folders === undefined ? word : within(folders.publicKeys, word);
}

/** `0s` and base64 or `0x` and hex, as ipsec.conf has keys. */
const KEY_WORD = /^0[sx]/i;

function publicKeyIn(place: string, files: CredentialFiles): KeyObject | undefined {
  const bytes = KEY_WORD.test(place) ? Buffer.from(place) : files.read(place);
  try {
    return bytes === undefined ? undefined : parsePublicKey(bytes, place);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Files with the authorities that the peer's certificate is checked with, and with revocation lists. */
export function findAuthorities(
  end: ConfigEnd,
  main: string,
  files: CredentialFiles,
): { readonly authorities: readonly string[]; readonly lists: readonly string[] } {
  const folders = foldersOf(end, main);
  if (folders === undefined) return { authorities: [], lists: [] };
  const named = end.connection.other
    .filter(({ key }) => /^remote[^.]*\.cacerts$/.test(key))
    .flatMap(({ value }) => value.value.split(',').map((name) => within(folders.authorities, unquoted(name))));
  const pinned = (end.connection.remote.certificate?.value ?? '')
    .split(',')
    .map(unquoted)
    .filter((name) => name !== '' && !name.startsWith('%'))
    .map((name) => within(folders.certificates, name));
  const authorities = [...(named.length > 0 ? named : files.list(folders.authorities)), ...pinned];
  return {
    authorities: authorities.filter((path) => certificatesIn(path, files).length > 0),
    lists: files.list(folders.lists),
  };
}

const MOST_FAULTS = 3;
/** A chain is not longer. */
const MOST_BETWEEN = 8;

function elsewhere({ connection, product }: ConfigEnd): string {
  const name = connection.local.certificate?.value;
  if (product === 'libreswan') {
    if (name === undefined)
      return 'the key is in the NSS database of libreswan (ipsec showhostkey --list), which gives no raw key out: --cert and --key, or --psk-file';
    const nickname = unquoted(name);
    return `the key is in the NSS database of libreswan: as root, pk12util -d sql:/var/lib/ipsec/nss -n '${nickname}' -o gw.p12; openssl pkcs12 -in gw.p12 -nodes -out gw.pem; chmod 600 gw.pem; then --cert gw.pem --key gw.pem --ca gw.pem`;
  }
  if (product === 'asa' || product === 'ios') return 'the key is in the device: with a certificate of your own, --cert and --key';
  return 'certificates are not read from this configuration: --cert and --key';
}

/** Those that the secrets name, with their passphrases, then all that lie there. */
function keysOf(
  end: ConfigEnd,
  folders: Folders,
  files: CredentialFiles,
): readonly { readonly path: string; readonly passphrase?: Secret }[] {
  const entries = (end.secrets ?? []).filter(({ kind, keyFile }) => kind === 'private-key' && keyFile !== undefined);
  const named = entries.flatMap(({ keyFile, secret }) =>
    folders.keys.map((folder) => ({
      path: within(folder, unquoted(keyFile?.value ?? '')),
      ...(secret === undefined ? {} : { passphrase: secret }),
    })),
  );
  const known = new Set(named.map(({ path }) => path));
  // FreeS/WAN and Openswan wrote the key into ipsec.secrets itself.
  const inline = (end.secrets ?? []).filter(({ kind, keyFile }) => kind === 'private-key' && keyFile === undefined);
  return [
    ...named,
    ...inline.map(({ file }) => ({ path: file })),
    ...folders.keys.flatMap((folder) => files.list(folder).map((path) => ({ path }))).filter(({ path }) => !known.has(path)),
  ];
}

/** Authorities between ours and the one that vouches for itself: the peer may not have them. */
function between(own: X509Certificate, { authorities }: Folders, files: CredentialFiles): readonly string[] {
  const all = files.list(authorities).map((path) => ({ path, x509: certificatesIn(path, files)[0] }));
  const chain: string[] = [];
  for (let at = own; chain.length < MOST_BETWEEN; ) {
    const next = all.find(({ x509 }) => x509 !== undefined && at.checkIssued(x509));
    if (next?.x509 === undefined || next.x509.subject === next.x509.issuer || chain.includes(next.path)) break;
    chain.push(next.path);
    at = next.x509;
  }
  return chain;
}

function certificatesIn(path: string, files: CredentialFiles): readonly X509Certificate[] {
  const bytes = files.read(path);
  if (bytes === undefined) return [];
  try {
    return parseCertificates(bytes, path);
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

function says(certificate: X509Certificate, id: string): boolean {
  const names = [...(certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address|email):([^,]+)/g)].map(([, name = '']) => name.trim());
  const subject = certificate.subject.split('\n').join(', ');
  const reversed = certificate.subject.split('\n').toReversed().join(', ');
  return [subject, reversed, ...names].some((name) => canonicalIdentity(name) === id);
}

function within(folder: string, name: string): string {
  return isAbsolute(name) ? name : join(folder, name);
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
