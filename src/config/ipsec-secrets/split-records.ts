import type { IpsecConfProduct } from '../ipsec-conf/document.js';

/** A word or string of a record. */
export interface SecretToken {
  readonly text: string;
  /** The mark it was quoted with; empty: a plain word. */
  readonly quote: '' | '"' | "'";
  /** A string that does not end in its line. */
  readonly open: boolean;
  readonly line: number;
}

/** One entry: an include, or identities, a colon, a kind and a secret. */
export interface SecretRecord {
  readonly line: number;
  readonly tokens: readonly SecretToken[];
  /** Begins with an indented line that continues nothing. */
  readonly orphan: boolean;
}

/**
 * Splits a text into records. Openswan and libreswan: a record begins at the left margin, indented lines go on with it, `#` begins
 * a comment before any word, a colon at the end of a word stands for itself. strongSwan: a line is a record.
 */
export function splitRecords(text: string, product: IpsecConfProduct): readonly SecretRecord[] {
  const records: { line: number; tokens: SecretToken[]; orphan: boolean }[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').trimEnd();
    const tokens = product === 'strongswan' ? tokensOf(line, i + 1, false) : tokensOf(line, i + 1, true);
    if (tokens.length === 0) continue;
    const last = records.at(-1);
    const indented = /^[ \t]/.test(line);
    if (product !== 'strongswan' && indented && last !== undefined) last.tokens.push(...tokens);
    else records.push({ line: i + 1, tokens, orphan: product !== 'strongswan' && indented });
  }
  return records;
}

function tokensOf(line: string, number: number, comments: boolean): SecretToken[] {
  const tokens: SecretToken[] = [];
  let at = 0;
  while (at < line.length) {
    const c = line.charAt(at);
    if (c === ' ' || c === '\t') {
      at++;
      continue;
    }
    // strongSwan looks for comments where an entry may begin and where a secret is over, not within.
    if (c === '#' && (comments || tokens.length === 0 || tokens.at(-1)?.quote !== '')) break;
    if (c === '"' || c === "'") {
      const end = line.indexOf(c, at + 1);
      tokens.push({ text: line.slice(at + 1, end < 0 ? undefined : end), quote: c, open: end < 0, line: number });
      at = end < 0 ? line.length : end + 1;
      continue;
    }
    const word = /^[^ \t]+/.exec(line.slice(at))?.[0] ?? c;
    at += word.length;
    if (word.length > 1 && word.endsWith(':') && comments) {
      tokens.push({ text: word.slice(0, -1), quote: '', open: false, line: number });
      tokens.push({ text: ':', quote: '', open: false, line: number });
    } else {
      tokens.push({ text: word, quote: '', open: false, line: number });
    }
  }
  return tokens;
}
