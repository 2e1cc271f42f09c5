import type { IpsecConfProduct } from './document.js';

/** A value as its product reads it, and what is wrong with how it is written. */
export interface ReadValue {
  readonly value: string;
  /** The product refuses the line or reads something else than is meant. */
  readonly fault?: string;
  /** A quoted string of strongSwan goes on in the next line. */
  readonly open?: boolean;
}

/**
 * What follows `=`, to the end of the line.
 * Openswan and libreswan: one word, or a string in `"` or `{}` that ends in its line; `#` begins a comment only after a blank
 * (scanner of both). strongSwan: words and strings with escapes, joined by a blank; `#` begins a comment anywhere but after `@`.
 */
export function readValue(rest: string, product: IpsecConfProduct): ReadValue {
  return product === 'strongswan' ? readStrongswan(rest) : readSwan(rest);
}

function readSwan(rest: string): ReadValue {
  const text = rest.replace(/^[\t ]+/, '');
  if (text === '') return { value: '' };
  const opening = text.charAt(0);
  if (opening === '"' || opening === '{') {
    const closing = opening === '"' ? '"' : '}';
    const end = text.lastIndexOf(closing);
    const first = opening === '"' ? text.indexOf('"', 1) : end;
    if (first <= 0) return { value: text.slice(1).trim(), fault: `${opening} without ${closing}: strings end in their line` };
    const value = text.slice(1, first);
    const after = text.slice(first + 1).trim();
    return after === '' || after.startsWith('#') ? { value } : { value, fault: `"${shorten(after)}" stands after the closing ${closing}` };
  }
  const word = /^[^\t ]*/.exec(text)?.[0] ?? '';
  const after = text.slice(word.length).trim();
  if (word.includes('"'))
    return { value: text.trim().replaceAll('"', ''), fault: 'a quotation mark inside a value: quote all of it or nothing' };
  if (after === '' || after.startsWith('#')) return { value: word };
  const comment = /\s#/.exec(text);
  const whole = (comment === null ? text : text.slice(0, comment.index)).trim();
  return { value: whole, fault: 'a value with blanks must stand in quotes' };
}

function readStrongswan(rest: string): ReadValue {
  const words: string[] = [];
  let fault: string | undefined;
  let at = 0;
  while (at < rest.length) {
    const c = rest.charAt(at);
    if (c === ' ' || c === '\t') {
      at++;
    } else if (c === '#') {
      break;
    } else if (c === '"') {
      const string = readString(rest, at + 1);
      words.push(string.text);
      if (string.end < 0) return { value: words.join(' '), open: true };
      at = string.end;
    } else if (c === '=') {
      fault ??= 'a value with = must stand in quotes';
      words.push(`${words.pop() ?? ''}=${/^[^"# \t]*/.exec(rest.slice(at + 1))?.[0] ?? ''}`);
      at += 1 + (/^[^"# \t]*/.exec(rest.slice(at + 1))?.[0].length ?? 0);
    } else {
      const word = /^(?:@#)?[^"#= \t]*/.exec(rest.slice(at))?.[0] ?? '';
      // Never stands still, whatever the character.
      const taken = word === '' ? c : word;
      words.push(taken);
      at += taken.length;
    }
  }
  return { value: words.join(' '), ...(fault !== undefined && { fault }) };
}

/** Text of a string from behind its opening quote, escapes resolved; `end` behind the closing one, -1 where there is none. */
function readString(rest: string, from: number): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = from; at < rest.length; at++) {
    const c = rest.charAt(at);
    if (c === '"') return { text, end: at + 1 };
    if (c !== '\\') {
      text += c;
      continue;
    }
    at++;
    const escaped = rest.charAt(at);
    text += { n: '\n', r: '\r', t: '\t', '\n': '' }[escaped] ?? escaped;
  }
  return { text, end: -1 };
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
