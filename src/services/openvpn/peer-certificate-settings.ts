import { UsageError } from '../../bytes/errors.js';
import { parseCertificates } from '../../crypto/certificates/parse-certificates.js';
import type { PeerCertificateSettings } from '../../engine/openvpn/settings.js';
import type { Material, OpenvpnProfile } from './profile.js';

const FINGERPRINT = /^[0-9a-f]{64}$/;

/** `ca`, `crl-verify`, `peer-fingerprint`, `verify-x509-name` and the usages. @throws UsageError with what is wrong */
export function peerCertificate(profile: OpenvpnProfile, isServer: boolean): PeerCertificateSettings {
  const name = profile.last('verify-x509-name');
  const [value, type = 'subject'] = name?.args ?? [];
  if (name !== undefined && type !== 'subject' && type !== 'name' && type !== 'name-prefix')
    throw profile.wrong(name, `type ${type}`, 'subject, name or name-prefix');
  const usage = profile.last('remote-cert-tls');
  const [side] = usage?.args ?? [];
  if (usage !== undefined && side !== 'server' && side !== 'client')
    throw profile.wrong(usage, `${side ?? 'nothing'} said`, 'server or client');
  const eku = extendedKeyUsageOf(profile) ?? (side === undefined ? undefined : side === 'server' ? 'serverAuth' : 'clientAuth');
  const bits = keyUsagesOf(profile);
  const required = profile.word('verify-client-cert');
  return {
    authorities: profile.materials('ca').flatMap(({ bytes, from }) => parseCertificates(bytes, from)),
    revocationLists: profile.materials('crl-verify').flatMap(revocationLists),
    fingerprints: fingerprintsOf(profile),
    ...(value === undefined ? {} : { name: { value, type: type as 'subject' | 'name' | 'name-prefix' } }),
    ...(eku === undefined ? {} : { extendedKeyUsage: eku }),
    keyUsage: usage !== undefined || profile.has('remote-cert-ku'),
    ...(bits.length === 0 ? {} : { keyUsageBits: bits }),
    required: isServer && (required === 'none' || required === 'optional') ? required : 'require',
  };
}

/** What OpenSSL calls them, which is what OpenVPN compares with beside the OID (`x509_verify_cert_eku`). */
const LONG_NAMES: Readonly<Record<string, string>> = {
  'TLS Web Server Authentication': 'serverAuth',
  'TLS Web Client Authentication': 'clientAuth',
  'Code Signing': 'codeSigning',
  'E-mail Protection': 'emailProtection',
  'Time Stamping': 'timeStamping',
  'OCSP Signing': 'OCSPSigning',
  'ipsec Internet Key Exchange': 'ipsecIKE',
  'Any Extended Key Usage': 'anyExtendedKeyUsage',
};

function extendedKeyUsageOf(profile: OpenvpnProfile): string | undefined {
  const directive = profile.last('remote-cert-eku');
  const word = directive?.args[0];
  if (directive === undefined || word === undefined) return undefined;
  const long = Object.keys(LONG_NAMES).find((name) => LONG_NAMES[name] === word);
  if (long !== undefined)
    throw profile.wrong(directive, `OpenVPN finds no certificate with ${word}`, `remote-cert-eku "${long}", or its OID`);
  return Object.hasOwn(LONG_NAMES, word) ? LONG_NAMES[word] : word;
}

function keyUsagesOf(profile: OpenvpnProfile): readonly number[] {
  const directive = profile.last('remote-cert-ku');
  return (directive?.args ?? []).map((word) => {
    if (directive !== undefined && !/^(0x)?[0-9a-f]{1,4}$/i.test(word))
      throw profile.wrong(directive, `${word} is no hexadecimal number`, 'a0');
    return Number.parseInt(word, 16);
  });
}

/** `peer-fingerprint`, one or, in a block, many; `verify-hash` is about an authority and is not this. */
function fingerprintsOf(profile: OpenvpnProfile): readonly string[] {
  const block = profile.inline('peer-fingerprint');
  const words = [
    ...profile.all('peer-fingerprint').flatMap(({ args: [word] }) => (word === undefined ? [] : [word])),
    ...(block === undefined ? [] : Buffer.from(block.bytes).toString('latin1').split(/\s+/)),
  ].filter((word) => word !== '' && word !== '[inline]');
  return words.map((word) => {
    const hex = word
      .replace(/^SHA256[ =]*(Fingerprint=)?/i, '')
      .replaceAll(':', '')
      .toLowerCase();
    if (!FINGERPRINT.test(hex))
      throw new UsageError(`peer-fingerprint ${word}: not a SHA-256`, 'openssl x509 -in CERT -noout -fingerprint -sha256');
    return hex;
  });
}

function revocationLists({ bytes, from }: Material): readonly Uint8Array[] {
  const blocks = [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g),
  ];
  if (blocks.length > 0) return blocks.map(([, base64 = '']) => new Uint8Array(Buffer.from(base64, 'base64')));
  if (bytes[0] !== 0x30) throw new UsageError(`${from} holds no revocation list`, 'PEM ("BEGIN X509 CRL") or DER is read');
  return [bytes];
}
