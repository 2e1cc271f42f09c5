import { createHmac, createPublicKey, randomBytes } from 'node:crypto';
import type { SecretStrength } from '../../config/secret-entry.js';
import type { Redaction } from '../bundle.js';

/** Where a secret stands: `/etc/ipsec.secrets`, line 3. */
export interface Place {
  readonly source: string;
  readonly line: number;
}

/** Stand where a secret could, and are none. */
const harmless = /^(?:%\w*|\*+|)$/;

/**
 * Replaces secrets, the same by the same and another by another, so that what belongs together still does. What stands in
 * their place is made with a key that is thrown away: it says nothing of the secret.
 */
export class Redactor {
  readonly #key = randomBytes(32);
  readonly #byPlaceholder = new Set<string>();
  readonly #secrets = new Set<string>();
  readonly #strengths = new Map<string, SecretStrength>();
  readonly redactions: Redaction[] = [];

  /** @param strengthOf judges a secret as written, without quotes, so that checks can judge it where it no longer is */
  constructor(readonly strengthOf?: (secret: string) => SecretStrength | undefined) {}

  /** Every value that was replaced. */
  get secrets(): ReadonlySet<string> {
    return this.#secrets;
  }

  /** Strength of what was replaced, by what stands in its place. */
  get strengths(): Readonly<Record<string, SecretStrength>> {
    return Object.fromEntries(this.#strengths);
  }

  /**
   * What to write instead of a value. Quotes stay, spaces at the ends stay (they are a usual fault), and hexadecimal (`0x…`) or
   * base64 (`0s…`) stay what they are, of the same length. As many lines as before.
   */
  replace(written: string, kind: string, place: Place): string {
    const quote = /^["']/.test(written) ? written.slice(0, 1) : '';
    const close = quote !== '' && written.length > 1 && written.endsWith(quote) ? quote : '';
    const inner = written.slice(quote.length, written.length - close.length);
    const value = inner.trim();
    const before = inner.slice(0, inner.length - inner.trimStart().length);
    const after = value === '' ? '' : inner.slice(inner.trimEnd().length);
    if (harmless.test(value) || this.#byPlaceholder.has(value)) return written;
    const lines = '\n'.repeat(value.split('\n').length - 1);
    return `${quote}${before}${this.#placeholder(value, kind, place)}${lines}${after}${close}`;
  }

  /** A line of hexadecimal or base64 digits within a block of key material: other digits, as many. */
  replaceDigits(line: string): string {
    const digits = /^[0-9a-fA-F]+$/.test(line) ? HEX : BASE64;
    return line.replace(/[A-Za-z0-9+/]+/g, (run) => this.#digits(run, digits));
  }

  /**
   * A private key in PEM: its public half, so that whether it belongs to a certificate can still be told. An encrypted or damaged one
   * keeps its frame alone. As many lines as before.
   */
  replacePrivateKey(pem: string, place: Place): string {
    const half = publicHalf(pem);
    this.note(pem, 'private key', place, half === undefined ? undefined : publicLines(pem, half));
    const lines = pem.split('\n').length;
    const text = half ?? pem.replace(/^(?!-----|\s*(?:Proc-Type|DEK-Info):)[^\r\n]+/gm, '[redacted]');
    const missing = lines - text.split('\n').length;
    return missing > 0 ? '\n'.repeat(missing) + text : text;
  }

  #placeholder(value: string, kind: string, place: Place): string {
    this.note(value, kind, place);
    const placeholder = this.#shape(value);
    this.#byPlaceholder.add(placeholder);
    const strength = this.strengthOf?.(value);
    if (strength !== undefined) this.#strengths.set(placeholder, strength);
    return placeholder;
  }

  #shape(value: string): string {
    const [prefix, rest] = /^0[xst]/i.test(value) ? [value.slice(0, 2), value.slice(2)] : ['', value];
    if (/^0x$/i.test(prefix) && /^[0-9a-f_]+$/i.test(rest)) return prefix + rest.replace(/[^_]+/g, (run) => this.#digits(run, HEX));
    if (/^0s$/i.test(prefix) && /^[A-Za-z0-9+/]+=*$/.test(rest)) return prefix + rest.replace(/[^=]+/, (run) => this.#digits(run, BASE64));
    // What is no hexadecimal or base64 in spite of its prefix is none afterwards either.
    return `${prefix}redacted-${this.#digits(value, BASE32, 10)}`;
  }

  #digits(value: string, alphabet: string, length = value.length): string {
    let digits = '';
    for (let round = 0; digits.length < length; round++) {
      const block = createHmac('sha256', this.#key).update(`${round} ${value}`).digest();
      for (const byte of block) digits += alphabet[byte % alphabet.length];
    }
    return digits.slice(0, length);
  }

  /**
   * Remembers a secret that is replaced in a way of its own.
   * @param open lines of it that are no secret
   */
  note(value: string, kind: string, { source, line }: Place, open: ReadonlySet<string> = new Set()): void {
    // Of key material the single lines as well: they may turn up alone.
    for (const part of value.includes('\n') ? value.split('\n') : [value]) {
      if (open.has(part.trim())) continue;
      if (part === value || (part.trim().length >= MIN_KEY_LINE && !part.startsWith('-----'))) this.#secrets.add(part.trim());
    }
    this.redactions.push({ source, line, kind, length: value.length });
  }
}

const MIN_KEY_LINE = 16;
const HEX = '0123456789abcdef';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function publicHalf(pem: string): string | undefined {
  try {
    return `[private key left out, this is its public half]\n${createPublicKey(pem).export({ type: 'spki', format: 'pem' })}`.trimEnd();
  } catch {
    return undefined;
  }
}

/**
 * Lines of a private key that hold nothing but bytes of the public one (modulus, point): the certificate has them as well, and there
 * they must stay.
 */
function publicLines(pem: string, half: string): ReadonlySet<string> {
  const body = (text: string) => text.split('\n').filter((line) => /^[A-Za-z0-9+/]+={0,2}\r?$/.test(line));
  const known = Buffer.from(body(half).join(''), 'base64');
  return new Set(
    body(pem)
      .map((line) => line.trim())
      .filter((line) => known.includes(Buffer.from(line, 'base64'))),
  );
}
