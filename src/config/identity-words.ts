import type { Product } from './effective/config-end.js';

/**
 * The text of an identity of type ID_KEY_ID; undefined for those of other types. Openswan and libreswan write `@[text]` and, like
 * strongSwan, `@#` with hexadecimal digits; strongSwan `keyid:text`. RFC 7296 §3.5
 */
export function keyIdOf(text: string): string | undefined {
  const plain = text.trim().replace(/^"(.*)"$/, '$1');
  const [, named, prefixed, hex] = /^(?:@\[(.*?)\]?|keyid:(.*)|@#(?:0x)?([0-9a-f]*))$/i.exec(plain) ?? [];
  if (hex === undefined) return named ?? prefixed;
  const bytes = Buffer.from(hex, 'hex');
  return hex.length % 2 === 0 && bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytes.toString('latin1') : `0x${hex}`;
}

/** An identity as a product wants it written. */
export function identityWord(text: string, product: Product): string {
  const keyId = keyIdOf(text);
  if (keyId !== undefined) {
    if (/^0x[0-9a-f]+$/i.test(keyId)) return `@#${keyId.slice(2)}`;
    return product === 'strongswan' ? `keyid:${keyId}` : `@[${keyId}]`;
  }
  // A name without @ is looked up in the DNS; strongSwan does so only where it has dots.
  const name = product === 'strongswan' ? /^[\w-]+(\.[\w-]+)+$/ : /^[\w-]+(\.[\w-]+)*$/;
  return name.test(text) && !/^[\d.]+$/.test(text) ? `@${text}` : text;
}
