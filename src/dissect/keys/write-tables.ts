import { toHex } from '../../bytes/hex.js';
import type { DirectionKeys, EspSaKeys, Ikev2SaKeys, KeyRing } from './key-ring.js';

/** Texts in the form of Wireshark's tables, by file name; empty ones are left out. `skipped` says what Wireshark has no name for. */
export interface WiresharkTables {
  readonly espSa: string;
  readonly ikev1: string;
  readonly ikev2: string;
  readonly skipped: readonly string[];
}

/** Our names to Wireshark's: esp_sa, and ikev2_decryption_table with `%` for the key length. */
const cipherNames: Readonly<Record<string, readonly [string | undefined, string | undefined]>> = {
  ENCR_NULL: ['NULL', 'NULL [RFC2410]'],
  ENCR_DES: ['DES-CBC [RFC2405]', undefined],
  ENCR_3DES: ['TripleDES-CBC [RFC2451]', '3DES [RFC2451]'],
  ENCR_CAST: ['CAST5-CBC [RFC2144]', undefined],
  ENCR_BLOWFISH: ['BLOWFISH-CBC [RFC2451]', undefined],
  ENCR_TWOFISH_CBC: ['TWOFISH-CBC', undefined],
  ENCR_AES_CBC: ['AES-CBC [RFC3602]', 'AES-CBC-% [RFC3602]'],
  ENCR_AES_CTR: ['AES-CTR [RFC3686]', 'AES-CTR-% [RFC5930]'],
  ENCR_AES_GCM_8: ['AES-GCM with 8 octet ICV [RFC4106]', 'AES-GCM-% with 8 octet ICV [RFC5282]'],
  ENCR_AES_GCM_12: ['AES-GCM with 12 octet ICV [RFC4106]', 'AES-GCM-% with 12 octet ICV [RFC5282]'],
  ENCR_AES_GCM_16: ['AES-GCM with 16 octet ICV [RFC4106]', 'AES-GCM-% with 16 octet ICV [RFC5282]'],
  ENCR_AES_CCM_8: [undefined, 'AES-CCM-% with 8 octet ICV [RFC5282]'],
  ENCR_AES_CCM_12: [undefined, 'AES-CCM-% with 12 octet ICV [RFC5282]'],
  ENCR_AES_CCM_16: [undefined, 'AES-CCM-% with 16 octet ICV [RFC5282]'],
  ENCR_CHACHA20_POLY1305: ['ChaCha20 with Poly1305 [RFC7634]', undefined],
};

const integrityNames: Readonly<Record<string, readonly [string | undefined, string | undefined]>> = {
  NONE: ['NULL', 'NONE [RFC4306]'],
  AUTH_HMAC_MD5_96: ['HMAC-MD5-96 [RFC2403]', 'HMAC_MD5_96 [RFC2403]'],
  AUTH_HMAC_SHA1_96: ['HMAC-SHA-1-96 [RFC2404]', 'HMAC_SHA1_96 [RFC2404]'],
  AUTH_HMAC_MD5_128: [undefined, 'HMAC_MD5_128 [RFC4595]'],
  AUTH_HMAC_SHA1_160: [undefined, 'HMAC_SHA1_160 [RFC4595]'],
  AUTH_HMAC_SHA2_256_96: ['HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]', 'HMAC_SHA2_256_96 [draft-ietf-ipsec-ciph-sha-256-00]'],
  AUTH_HMAC_SHA2_256_128: ['HMAC-SHA-256-128 [RFC4868]', 'HMAC_SHA2_256_128 [RFC4868]'],
  AUTH_HMAC_SHA2_384_192: ['HMAC-SHA-384-192 [RFC4868]', 'HMAC_SHA2_384_192 [RFC4868]'],
  AUTH_HMAC_SHA2_512_256: ['HMAC-SHA-512-256 [RFC4868]', 'HMAC_SHA2_512_256 [RFC4868]'],
  AUTH_HMAC_RIPEMD160_96: ['MAC-RIPEMD-160-96 [RFC2857]', undefined],
};

const quoted = (field: string): string => `"${field}"`;
const joinedKey = (keys: DirectionKeys): string => toHex(keys.key.reveal()) + toHex(keys.salt.reveal());

/** What lengths the two know, Wireshark cannot check either: its names for that, or ours where it has one. */
function integrityName(name: string, table: 0 | 1): string | undefined {
  const bits = /^ANY_(\d+)$/.exec(name)?.[1];
  if (bits === undefined) return integrityNames[name]?.[table];
  return table === 0 ? `ANY ${bits} bit authentication [no checking]` : `ANY ${bits}-bits of Authentication [No Checking]`;
}

function espLine(sa: EspSaKeys): string | undefined {
  const encr = cipherNames[sa.cipher.name]?.[0];
  const integ = integrityName(sa.integrity.name, 0);
  if (encr === undefined || integ === undefined) return undefined;
  const hex = (digits: string): string => (digits === '' ? '' : `0x${digits}`);
  const version = sa.src.version ?? sa.dst.version ?? 4;
  return [`IPv${version}`, sa.src.text, sa.dst.text, sa.spi.text, encr, hex(joinedKey(sa)), integ, hex(toHex(sa.integrityKey.reveal()))]
    .map(quoted)
    .join(',');
}

function ikev2Line(initiator: Ikev2SaKeys, responder: Ikev2SaKeys | undefined): string | undefined {
  const encr = cipherNames[initiator.cipher.name]?.[1]?.replace('%', `${initiator.key.length * 8}`);
  const integ = integrityName(initiator.integrity.name, 1);
  if (encr === undefined || integ === undefined || responder === undefined || initiator.spiI === undefined || initiator.spiR === undefined)
    return undefined;
  const hex = (keys: Ikev2SaKeys): string => toHex(keys.integrityKey.reveal());
  return [
    initiator.spiI,
    initiator.spiR,
    joinedKey(initiator),
    joinedKey(responder),
    quoted(encr),
    hex(initiator),
    hex(responder),
    quoted(integ),
  ].join(',');
}

/** The keys of a ring as Wireshark reads them. Keys are written in the clear: only where the user asked for it. */
export function writeWiresharkTables(ring: KeyRing): WiresharkTables {
  const skipped: string[] = [];
  const collect = <T>(entries: readonly T[], write: (entry: T) => string | undefined, describe: (entry: T) => string): string =>
    entries
      .map((entry) => {
        const line = write(entry);
        if (line === undefined) skipped.push(describe(entry));
        return line === undefined ? '' : `${line}\n`;
      })
      .join('');
  const pair = (keys: Ikev2SaKeys): Ikev2SaKeys | undefined =>
    ring.ikev2.find((other) => !other.fromInitiator && other.spiI === keys.spiI && other.spiR === keys.spiR);
  const espSa = collect(ring.esp, espLine, (sa) => `ESP SA ${sa.spi.text} with ${sa.cipher.name} and ${sa.integrity.name}`);
  const ikev1 = collect(
    ring.ikev1,
    (keys) => (keys.cookieI === undefined || keys.key === undefined ? undefined : `${keys.cookieI},${toHex(keys.key.reveal())}`),
    (keys) => `IKEv1 SA of ${keys.origin.file}:${keys.origin.line}`,
  );
  const ikev2 = collect(
    ring.ikev2.filter((keys) => keys.fromInitiator),
    (keys) => ikev2Line(keys, pair(keys)),
    (keys) => `IKEv2 SA ${keys.spiI ?? '?'} with ${keys.cipher.name} and ${keys.integrity.name}`,
  );
  for (const sa of ring.ah) skipped.push(`AH SA ${sa.spi.text}: Wireshark checks no AH`);
  return { espSa, ikev1, ikev2, skipped };
}
