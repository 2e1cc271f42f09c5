import { createPrivateKey, type KeyObject } from 'node:crypto';

/** Fields of the key as `ipsec rsasigkey` of FreeS/WAN and Openswan prints it, by the names of a JSON web key (RFC 7518 §6.3). */
const FIELDS = {
  n: 'Modulus',
  e: 'PublicExponent',
  d: 'PrivateExponent',
  p: 'Prime1',
  q: 'Prime2',
  dp: 'Exponent1',
  dq: 'Exponent2',
  qi: 'Coefficient',
} as const;

/**
 * An RSA key out of what `ipsec rsasigkey` prints, alone or within `: RSA { … }` of an ipsec.secrets; the first where there are several.
 * Undefined where there is none, or it is damaged.
 */
export function parseRsaSigKey(text: string): KeyObject | undefined {
  const start = text.search(/\bModulus:\s*0x/i);
  if (start < 0) return undefined;
  const block = text.slice(start).split('}')[0] ?? '';
  const key: Record<string, string> = { kty: 'RSA' };
  const numbers: Partial<Record<string, bigint>> = {};
  for (const [name, field] of Object.entries(FIELDS)) {
    const digits = new RegExp(`\\b${field}:\\s*0x([0-9a-f]+)`, 'i').exec(block)?.[1];
    if (digits === undefined) return undefined;
    numbers[name] = BigInt(`0x${digits}`);
    key[name] = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
  }
  // OpenSSL takes what does not belong together, and signs with it.
  if (numbers['n'] !== (numbers['p'] ?? 0n) * (numbers['q'] ?? 0n)) return undefined;
  try {
    return createPrivateKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}
