import type { KeyObject } from 'node:crypto';
import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import { shellWord } from '../../bytes/shell-word.js';
import type { OpenvpnDirective } from '../../config/openvpn/openvpn-config.js';
import { parseCertificates } from '../../crypto/certificates/parse-certificates.js';
import { parsePrivateKey } from '../../crypto/private-key.js';
import { canVerify } from '../../engine/openvpn/peer-certificate.js';
import type {
  CommonSettings,
  ControlWrapping,
  Credentials,
  PeerCertificateSettings,
  PullFilter,
  TlsSettings,
  TlsStackSettings,
} from '../../engine/openvpn/settings.js';
import { type OpenvpnCipher, openvpnCipher, openvpnDigest } from '../../keymat/openvpn-algorithms.js';
import { parseCryptV2Keys } from '../../keymat/openvpn-control.js';
import { type KeyDirection, parseStaticKeys, type StaticKey } from '../../keymat/openvpn-static-key.js';
import { refusesPushedAlgorithm } from '../../wire/openvpn/pushed-compression.js';
import { namedCipher } from './common-settings.js';
import { readCredentials } from './credentials.js';
import { COMMAND_LINE } from './flags.js';
import { peerCertificate } from './peer-certificate-settings.js';
import type { Material, OpenvpnProfile, ProfileIo } from './profile.js';
import { serverSettings } from './server-settings.js';
import { opensslSuites } from './suite-names.js';

const DEFAULT_DATA_CIPHERS = ['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305'];
const RENEGOTIATE = 3600;
const HANDSHAKE_WINDOW = 60;
const TRANSITION_WINDOW = 3600;
const MOST_SECONDS = 1_000_000_000;
/** Without `tls-version-min`, since 2.6. */
const LEAST_VERSION = 'TLSv1.2';

/** TLS mode: everything beside what both modes have. @throws UsageError with what is wrong or missing */
export async function tlsSettings(profile: OpenvpnProfile, common: CommonSettings, io: ProfileIo): Promise<TlsSettings> {
  for (const name of ['client', 'tls-client', 'tls-server', 'mode', 'pull']) profile.all(name);
  const isServer = profile.config.role === 'server' || profile.has('tls-server');
  const pushes = profile.config.role === 'server' || profile.config.role === 'client';
  const fallback = profile.word('data-ciphers-fallback') ?? profile.word('cipher');
  const dataCiphers = dataCiphersOf(profile);
  const addedCipher = pushes ? addedCipherOf(profile, dataCiphers) : undefined;
  const tls = await stackSettings(profile, isServer, io);
  const credentials = isServer ? undefined : await clientCredentials(profile, tls.peer, io);
  const framing = ['comp-lzo', 'compress', 'allow-compression'].flatMap((name) => profile.last(name) ?? []);
  const pullFilters = isServer ? [] : profile.all('pull-filter').map((directive) => pullFilterOf(profile, directive));
  const server = isServer && pushes ? serverSettings(profile, common) : undefined;
  const uvs = profile.all('setenv').flatMap(({ args: [name = '', value = ''] }) => (name.startsWith('UV_') ? [`${name}=${value}`] : []));
  return {
    ...common,
    ...(server?.ifconfig === undefined ? {} : { ifconfig: server.ifconfig }),
    mode: 'tls',
    role: isServer ? 'server' : 'client',
    pushes,
    wrapping: wrappingOf(profile, isServer, common),
    dataCiphers: addedCipher === undefined ? dataCiphers : [...dataCiphers, addedCipher],
    ...(addedCipher === undefined ? {} : { addedCipher }),
    ...(refusesPushedAlgorithm(framing) && !isServer && pushes ? { refusesCompression: true } : {}),
    ...(pullFilters.length === 0 ? {} : { pullFilters }),
    ...(fallback === undefined || fallback.toLowerCase() === 'none'
      ? {}
      : { dataCiphersFallback: namedCipher(fallback, 'data-ciphers-fallback') }),
    tls,
    ...(credentials === undefined ? {} : { credentials }),
    peerInfo: profile.has('push-peer-info') ? uvs : [],
    renegotiate: profile.number('reneg-sec', 0, MOST_SECONDS) ?? RENEGOTIATE,
    handshakeWindow: profile.number('hand-window', 1, MOST_SECONDS) ?? HANDSHAKE_WINDOW,
    transitionWindow: profile.number('tran-window', 0, MOST_SECONDS) ?? TRANSITION_WINDOW,
    ...(server === undefined ? {} : { server: server.settings }),
  };
}

function pullFilterOf(profile: OpenvpnProfile, directive: OpenvpnDirective): PullFilter {
  const [action, text] = directive.args;
  if ((action !== 'accept' && action !== 'ignore' && action !== 'reject') || text === undefined)
    throw profile.wrong(directive, `${directive.args.join(' ')} is no filter`, 'pull-filter accept|ignore|reject "route "');
  return { action, text, place: profile.place(directive.file, directive.line) };
}

/** A server that cannot be verified is told no password: nobody is asked for one either. */
async function clientCredentials(profile: OpenvpnProfile, peer: PeerCertificateSettings, io: ProfileIo): Promise<Credentials | undefined> {
  if (canVerify(peer)) return readCredentials(profile, io);
  // Kept back, which is not the same as without meaning here.
  for (const option of ['auth-user-pass', 'static-challenge']) profile.has(option);
  return undefined;
}

/** `--key-direction`, or the word behind the file. @throws UsageError */
export function directionOf(profile: OpenvpnProfile, option: string): KeyDirection {
  const directive = profile.last(option);
  const other = profile.last('key-direction');
  // What the command line says wins over the number behind the file.
  const word =
    other !== undefined && profile.place(other.file, other.line) === COMMAND_LINE ? other.args[0] : (directive?.args[1] ?? other?.args[0]);
  if (word === undefined || word === 'bidirectional') return undefined;
  if (word === '0' || word === '1') return word === '0' ? 0 : 1;
  throw profile.wrong(
    directive ?? (other as NonNullable<typeof other>),
    `direction ${word}`,
    '0 at one end and 1 at the other, or none at both',
  );
}

/** The static key of this option. @throws UsageError where the file holds none */
export function staticKeyOf({ bytes, from }: Material): StaticKey {
  const [key] = parseStaticKeys(Buffer.from(bytes).toString('latin1'));
  if (key === undefined) throw new UsageError(`${from} holds no static key of OpenVPN`, 'made with: openvpn --genkey secret FILE');
  return key;
}

function wrappingOf(profile: OpenvpnProfile, isServer: boolean, { auth }: CommonSettings): ControlWrapping {
  const [v2, crypt, auth0] = [profile.material('tls-crypt-v2'), profile.material('tls-crypt'), profile.material('tls-auth')];
  if ([v2, crypt, auth0].filter((one) => one !== undefined).length > 1)
    throw new UsageError('tls-auth, tls-crypt and tls-crypt-v2 exclude each other', 'keep the one that the other end has');
  if (v2 !== undefined) {
    const keys = parseCryptV2Keys(Buffer.from(v2.bytes).toString('latin1'));
    const wanted = isServer ? 'server' : 'client';
    const key = keys.find(({ kind }) => kind === wanted);
    if (key === undefined) {
      const there = keys[0] === undefined ? 'no tls-crypt-v2 key' : `the key of a ${keys[0].kind}, not of a ${wanted}`;
      throw new UsageError(
        `${v2.from} holds ${there}`,
        isServer
          ? 'made with: openvpn --genkey tls-crypt-v2-server FILE'
          : 'made at the server with: openvpn --tls-crypt-v2 SERVER-KEY --genkey tls-crypt-v2-client FILE',
      );
    }
    return key.kind === 'client'
      ? { kind: 'tls-crypt-v2-client', key: key.key, wrapped: key.wrapped }
      : {
          kind: 'tls-crypt-v2-server',
          serverKey: { cipher: new Secret(key.bytes.subarray(0, 64)), hmac: new Secret(key.bytes.subarray(64)) },
        };
  }
  if (crypt !== undefined) return { kind: 'tls-crypt', key: staticKeyOf(crypt) };
  if (auth0 === undefined) return { kind: 'none' };
  const digest = auth ?? openvpnDigest('SHA1');
  if (digest === undefined) throw new UsageError('tls-auth without a digest');
  return { kind: 'tls-auth', key: staticKeyOf(auth0), direction: directionOf(profile, 'tls-auth'), digest };
}

/** `data-ciphers`, in order of preference. @throws UsageError */
export function dataCiphersOf(profile: OpenvpnProfile): readonly OpenvpnCipher[] {
  // Negotiating nothing, as releases before 2.4: `cipher` alone counts.
  if (profile.has('ncp-disable')) return [];
  const old = profile.word('ncp-ciphers');
  const words = (profile.word('data-ciphers') ?? old)?.split(':') ?? DEFAULT_DATA_CIPHERS;
  const ciphers = words.flatMap((word) => {
    if (word === 'DEFAULT') return DEFAULT_DATA_CIPHERS.map((name) => namedCipher(name, 'data-ciphers'));
    // `?` in front: taken where the library has it.
    if (word.startsWith('?')) return openvpnCipher(word.slice(1)) ?? [];
    return word === '' || word.toLowerCase() === 'none' ? [] : [namedCipher(word, 'data-ciphers')];
  });
  return [...new Set(ciphers)];
}

/** `cipher` where no `data-ciphers` says which. @throws UsageError for one that we do not have */
function addedCipherOf(profile: OpenvpnProfile, dataCiphers: readonly OpenvpnCipher[]): OpenvpnCipher | undefined {
  const word = profile.word('cipher');
  if (word === undefined || word.toLowerCase() === 'none' || dataCiphers.length === 0) return undefined;
  if (profile.has('data-ciphers') || profile.has('ncp-ciphers')) return undefined;
  const cipher = namedCipher(word, 'cipher');
  return dataCiphers.includes(cipher) ? undefined : cipher;
}

async function stackSettings(profile: OpenvpnProfile, isServer: boolean, io: ProfileIo): Promise<TlsStackSettings> {
  const key = await ownKey(profile, io);
  const certificates = [...profile.materials('cert'), ...profile.materials('extra-certs')].flatMap(({ bytes, from }) =>
    parseCertificates(bytes, from),
  );
  if ((key === undefined) !== (certificates.length === 0))
    throw new UsageError(
      key === undefined ? 'a certificate without its key' : 'a key without its certificate',
      'cert FILE and key FILE, or --cert and --key: OpenVPN takes both or none',
    );
  const own = key === undefined ? certificates[0] : certificates.find((one) => one.checkPrivateKey(key));
  if (key !== undefined && certificates.length > 0 && own === undefined)
    throw new UsageError(
      `the key (${profile.material('key')?.from}) is not that of the certificate (${profile.material('cert')?.from})`,
      'compare: openssl x509 -in CERT -noout -pubkey; openssl pkey -in KEY -pubout',
    );
  const ciphers = [...(profile.word('tls-ciphersuites')?.split(':') ?? []), ...opensslSuites(profile.word('tls-cipher') ?? '')];
  const groups = profile.word('tls-groups');
  const maxVersion = versionOf(profile, 'tls-version-max') ?? 'TLSv1.3';
  const peer = peerCertificate(profile, isServer);
  // A client goes as far as the server's certificate without.
  if (isServer && !canVerify(peer))
    throw new UsageError(
      'nothing to check the peer’s certificate with',
      'ca FILE or <ca> with the authority, or peer-fingerprint with its SHA-256; flags: --ca FILE, --peer-fingerprint HEX',
    );
  if (isServer && (key === undefined || own === undefined))
    throw new UsageError('a server needs a certificate and its key', 'cert FILE and key FILE, or --cert and --key');
  return {
    ...(key === undefined ? {} : { key }),
    certificates: own === undefined ? [] : [own, ...certificates.filter((one) => one !== own)],
    // The least is no more than the most, where only that is given.
    minVersion: versionOf(profile, 'tls-version-min') ?? (maxVersion < LEAST_VERSION ? maxVersion : LEAST_VERSION),
    maxVersion,
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
    ...(groups === undefined ? {} : { groups: groups.replaceAll('secp256r1', 'prime256v1') }),
    peer,
  };
}

async function ownKey(profile: OpenvpnProfile, io: ProfileIo): Promise<KeyObject | undefined> {
  const [pkcs12, material] = [profile.material('pkcs12'), profile.material('key')];
  // OpenVPN takes one or the other: both are there where the command line says what was taken out of it.
  if (pkcs12 !== undefined && material === undefined)
    throw new UsageError(
      `pkcs12 ${pkcs12.from}: key and certificates in one file are not read here`,
      `${pkcs12.from.startsWith('<') ? 'the lines of the block through base64 -d into block.p12; ' : ''}openssl pkcs12 -in ${pkcs12.from.startsWith('<') ? 'block.p12' : shellWord(pkcs12.from)} -nodes -out all.pem (an old one: with -legacy); chmod 600 all.pem; then --cert all.pem --key all.pem --ca all.pem`,
    );
  if (material === undefined) return undefined;
  const { bytes, from } = material;
  const pass = profile.material('askpass');
  const line = pass === undefined ? undefined : Buffer.from(pass.bytes).toString('utf8').split(/\r?\n/)[0];
  if (line === undefined && io.ask !== undefined && /ENCRYPTED/.test(Buffer.from(bytes).toString('latin1')))
    return parsePrivateKey(bytes, from, secretOf(await io.ask(`passphrase of ${from}: `)));
  return parsePrivateKey(bytes, from, line === undefined ? undefined : secretOf(line));
}

function secretOf(text: string): Secret {
  return new Secret(new TextEncoder().encode(text));
}

function versionOf(profile: OpenvpnProfile, option: string): TlsStackSettings['minVersion'] | undefined {
  const word = profile.word(option);
  switch (word) {
    case undefined:
      return undefined;
    case '1.0':
      return 'TLSv1';
    case '1.1':
    case '1.2':
    case '1.3':
      return `TLSv${word}`;
    default:
      throw new UsageError(`${option} ${word}`, '1.0, 1.1, 1.2 or 1.3');
  }
}
