import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import { splitStaticKey } from '../../keymat/openvpn-static-key.js';
import { parseAddressPattern } from './address-pattern.js';
import { buildAh, buildDirection, cipherNamed, integrityNamed } from './build-keys.js';
import { type KeyOrigin, KeyRing } from './key-ring.js';
import { readKeyLogLine } from './openvpn-keys.js';
import { ikeSpi, keyFromHex, noteRefusals } from './source-lines.js';
import { parseSpiPattern } from './spi-pattern.js';

type Entry = Readonly<Record<string, unknown>>;
type ReadEntry = (ring: KeyRing, entry: Entry, origin: KeyOrigin) => void;

function text(entry: Entry, field: string, fallback?: string): string {
  const value = entry[field] ?? fallback;
  if (typeof value !== 'string') throw new UsageError(`"${field}" is missing`);
  return value;
}

/** What an entry of each table becomes. */
const readers: ReadonlyMap<string, ReadEntry> = new Map(
  Object.entries<ReadEntry>({
    ikev1(ring, entry, origin) {
      ring.ikev1.push({
        cookieI: ikeSpi(text(entry, 'cookie_i'), 'cookie_i'),
        key: new Secret(keyFromHex(text(entry, 'key'), 'key')),
        origin,
      });
    },
    ikev2(ring, entry, origin) {
      const spis = { spiI: ikeSpi(text(entry, 'spi_i'), 'spi_i'), spiR: ikeSpi(text(entry, 'spi_r'), 'spi_r') };
      const cipher = cipherNamed(text(entry, 'encr'));
      const integrity = integrityNamed(text(entry, 'integ', 'NONE'));
      const direction = (role: 'i' | 'r') =>
        buildDirection(
          cipher,
          keyFromHex(text(entry, `sk_e${role}`), `sk_e${role}`),
          integrity,
          keyFromHex(text(entry, `sk_a${role}`, ''), `sk_a${role}`),
          origin,
        );
      const [initiator, responder] = [direction('i'), direction('r')];
      ring.ikev2.push({ ...spis, ...initiator, fromInitiator: true }, { ...spis, ...responder, fromInitiator: false });
    },
    esp(ring, entry, origin) {
      const direction = buildDirection(
        cipherNamed(text(entry, 'encr')),
        keyFromHex(text(entry, 'encr_key', ''), 'encr_key'),
        integrityNamed(text(entry, 'integ', 'NONE')),
        keyFromHex(text(entry, 'integ_key', ''), 'integ_key'),
        origin,
      );
      ring.esp.push({
        ...direction,
        src: parseAddressPattern(text(entry, 'src', '*')),
        dst: parseAddressPattern(text(entry, 'dst', '*')),
        spi: parseSpiPattern(text(entry, 'spi')),
        ...(typeof entry['esn'] === 'boolean' ? { esn: entry['esn'] } : {}),
      });
    },
    openvpn(ring, entry) {
      if (entry['static_key'] !== undefined)
        ring.openvpn.staticKeys.push(splitStaticKey(keyFromHex(text(entry, 'static_key'), 'static_key')));
      else if (entry['tls_crypt_v2_client_key'] !== undefined) {
        ring.openvpn.addCryptV2('client', keyFromHex(text(entry, 'tls_crypt_v2_client_key'), 'tls_crypt_v2_client_key'));
      } else ring.openvpn.addCryptV2('server', keyFromHex(text(entry, 'tls_crypt_v2_server_key'), 'tls_crypt_v2_server_key'));
    },
    ah(ring, entry, origin) {
      ring.ah.push(
        buildAh(
          integrityNamed(text(entry, 'integ')),
          keyFromHex(text(entry, 'integ_key'), 'integ_key'),
          {
            src: parseAddressPattern(text(entry, 'src', '*')),
            dst: parseAddressPattern(text(entry, 'dst', '*')),
            spi: parseSpiPattern(text(entry, 'spi')),
            ...(typeof entry['esn'] === 'boolean' ? { esn: entry['esn'] } : {}),
          },
          origin,
        ),
      );
    },
  }),
);

/**
 * `keys.json` as it lies beside our captures: `ikev1` [{cookie_i, key}], `ikev2` [{spi_i, spi_r, sk_ei, sk_er, encr, sk_ai, sk_ar,
 * integ}], `esp` [{src, dst, spi, encr, encr_key, integ, integ_key, esn}], `ah` [{src, dst, spi, integ, integ_key, esn}], `openvpn` [{static_key} or {tls_crypt_v2_server_key} or {tls_crypt_v2_client_key}], `tls` [lines of an NSS key log]; algorithms by Wireshark's names, keys in hex. Throws `UsageError` when it is no JSON object.
 */
export function readKeysJson(source: string, file: string): KeyRing {
  let root: unknown;
  try {
    root = JSON.parse(source);
  } catch {
    throw new UsageError(`${file} is not JSON, though it begins like it`);
  }
  const ring = new KeyRing();
  const lines = source.split('\n');
  for (const [table, entries] of Object.entries(root as Readonly<Record<string, unknown>>)) {
    const read = readers.get(table);
    const from = Math.max(
      0,
      lines.findIndex((line) => line.includes(`"${table}"`)),
    );
    if (table === 'tls' && Array.isArray(entries)) {
      const unread = entries.findIndex((entry) => typeof entry !== 'string' || !readKeyLogLine(ring.openvpn, entry));
      if (unread >= 0) ring.notes.push({ file, line: from + 2 + unread, text: 'no line of a TLS key log' });
      continue;
    }
    if (read === undefined || !Array.isArray(entries)) {
      ring.notes.push({ file, line: from + 1, text: `"${table}" is none of ikev1, ikev2, esp, ah, openvpn, tls` });
      continue;
    }
    for (const [n, entry] of entries.entries()) {
      const origin = { file, line: lineOfEntry(lines, from, n) };
      noteRefusals(ring, origin, () => {
        if (typeof entry !== 'object' || entry === null) throw new UsageError(`entry ${n + 1} of ${table} is not an object`);
        read(ring, entry as Entry, origin);
      });
    }
  }
  return ring;
}

/** Line of the n-th `{` behind the one that names the table: good enough to find the entry. */
function lineOfEntry(lines: readonly string[], from: number, n: number): number {
  let seen = -1;
  for (let i = from; i < lines.length; i++) {
    seen += (lines[i] as string).split('{').length - 1;
    if (seen >= n) return i + 1;
  }
  return from + 1;
}
