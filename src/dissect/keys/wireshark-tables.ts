import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import { parseAddressPattern } from './address-pattern.js';
import { findCipher } from './algorithm-names.js';
import { buildDirection, cipherNamed, integrityNamed } from './build-keys.js';
import type { KeyOrigin, KeyRing } from './key-ring.js';
import { ikeSpi, keyFromHex, keyFromHexOrText } from './source-lines.js';
import { parseSpiPattern } from './spi-pattern.js';

/**
 * Fields of one line of a Wireshark table: separated by commas, quoted where they hold any, `\xNN` for bytes inside quotes
 * (Wireshark's UAT files). Throws `UsageError` when a quote is not closed.
 */
export function splitTableLine(line: string): readonly string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (line[at] === '"') {
      const end = line.indexOf('"', at + 1);
      if (end < 0) throw new UsageError('a quote is not closed');
      fields.push(line.slice(at + 1, end).replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
      at = line.indexOf(',', end);
      if (at < 0) break;
      at++;
    } else {
      const comma = line.indexOf(',', at);
      fields.push(line.slice(at, comma < 0 ? line.length : comma).trim());
      if (comma < 0) break;
      at = comma + 1;
    }
  }
  return fields;
}

/** Which of the three tables a line belongs to; undefined when to none. */
export function tableOf(fields: readonly string[]): 'ikev1' | 'ikev2' | 'esp' | undefined {
  if (fields.length >= 8 && fields.length <= 10 && /^(ipv4|ipv6|any|\*)$/i.test(fields[0] as string)) return 'esp';
  const isSpi = (field: string | undefined): boolean => /^(0x)?[0-9a-f]{16}$/i.test(field ?? '');
  if (fields.length === 8 && isSpi(fields[0])) return 'ikev2';
  if (fields.length === 2 && isSpi(fields[0])) return 'ikev1';
  return undefined;
}

/** One line of `ikev1_decryption_table`, `ikev2_decryption_table` or `esp_sa` into the ring. Throws `UsageError`. */
export function readTableLine(ring: KeyRing, line: string, origin: KeyOrigin): void {
  const fields = splitTableLine(line);
  const table = tableOf(fields);
  if (table === 'ikev1') readIkev1(ring, fields, origin);
  else if (table === 'ikev2') readIkev2(ring, fields, origin);
  else if (table === 'esp') readEspSa(ring, fields, origin);
  else
    throw new UsageError(
      `${fields.length} ${fields.length === 1 ? 'field fits' : 'fields fit'} no table of Wireshark: 2 are IKEv1 (cookie, key), 8 IKEv2, 8 to 10 an ESP SA that begins with IPv4 or IPv6`,
    );
}

function readIkev1(ring: KeyRing, fields: readonly string[], origin: KeyOrigin): void {
  const [cookie, key] = fields as readonly [string, string];
  const bytes = keyFromHex(key, 'the encryption key');
  if (bytes.length === 0) throw new UsageError('the encryption key is empty');
  ring.ikev1.push({ cookieI: ikeSpi(cookie, "initiator's cookie"), key: new Secret(bytes), origin });
}

function readIkev2(ring: KeyRing, fields: readonly string[], origin: KeyOrigin): void {
  const [spiI, spiR, skEi, skEr, encr, skAi, skAr, integ] = fields as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const spis = { spiI: ikeSpi(spiI, "initiator's SPI"), spiR: ikeSpi(spiR, "responder's SPI") };
  const cipher = cipherNamed(encr);
  const integrity = integrityNamed(integ);
  const initiator = buildDirection(cipher, keyFromHex(skEi, 'SK_ei'), integrity, keyFromHex(skAi, 'SK_ai'), origin);
  const responder = buildDirection(cipher, keyFromHex(skEr, 'SK_er'), integrity, keyFromHex(skAr, 'SK_ar'), origin);
  ring.ikev2.push({ ...spis, ...initiator, fromInitiator: true }, { ...spis, ...responder, fromInitiator: false });
}

function readEspSa(ring: KeyRing, fields: readonly string[], origin: KeyOrigin): void {
  const [, src, dst, spi, encr, encrKey, integ, integKey, snLength, snUpper] = fields as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string?,
    string?,
  ];
  const integrity = integrityNamed(integ);
  // Wireshark's old row without a length took it from the authentication beside it.
  const named =
    /^AES-GCM( \[RFC4106\])?$/i.test(encr) && integrity.icvLength > 0
      ? (findCipher(`AES-GCM with ${integrity.icvLength} octet ICV`) ?? cipherNamed(encr))
      : cipherNamed(encr);
  const direction = buildDirection(
    named,
    keyFromHexOrText(encrKey, 'the encryption key'),
    integrity,
    keyFromHexOrText(integKey, 'the authentication key'),
    origin,
  );
  const upper =
    snUpper === undefined || snUpper === ''
      ? undefined
      : Number(/^[0-9a-f]+$/i.test(snUpper) && !/^\d+$/.test(snUpper) ? `0x${snUpper}` : snUpper);
  ring.esp.push({
    ...direction,
    src: parseAddressPattern(src),
    dst: parseAddressPattern(dst),
    spi: parseSpiPattern(spi),
    ...(snLength === undefined || snLength === '' ? {} : { esn: snLength.startsWith('64') }),
    ...(upper === undefined || !Number.isInteger(upper) ? {} : { sequenceHigh: upper >>> 0 }),
  });
}
