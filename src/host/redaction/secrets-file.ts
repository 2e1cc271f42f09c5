import type { Redactor } from './redactor.js';

/** What follows a keyword of ipsec.secrets: which of the words are secret (ipsec.secrets(5) of strongSwan, libreswan, Openswan). */
const keywords: Readonly<Record<string, { readonly kind: string; readonly keepFirst: boolean }>> = {
  PSK: { kind: 'preshared key', keepFirst: false },
  XAUTH: { kind: 'XAuth password', keepFirst: false },
  EAP: { kind: 'EAP password', keepFirst: false },
  NTLM: { kind: 'NTLM hash', keepFirst: false },
  PPK: { kind: 'post-quantum preshared key', keepFirst: false },
  PPKS: { kind: 'post-quantum preshared key', keepFirst: true },
  RSA: { kind: 'passphrase', keepFirst: true },
  ECDSA: { kind: 'passphrase', keepFirst: true },
  BLISS: { kind: 'passphrase', keepFirst: true },
  PKCS8: { kind: 'passphrase', keepFirst: true },
  P12: { kind: 'passphrase', keepFirst: true },
  PKCS12: { kind: 'passphrase', keepFirst: true },
  PIN: { kind: 'PIN', keepFirst: true },
};

const entry = new RegExp(`^(.*:[ \\t]*(${Object.keys(keywords).join('|')})(?=["'\\s]|$))(.*)$`, 'i');
/** An entry of a kind that nobody knows, or of none: the kind is where the slip is, so all behind it counts as secret. */
const unknownEntry = /^(\S.*?[ \t]:[ \t]*|:[ \t]*)([A-Za-z]\w*[ \t]+)?(\S.*)$/;
const privateField = /^(\s*(?:#\s*)?(?:PrivateExponent|Prime1|Prime2|Exponent1|Exponent2|Coefficient)\s*:?\s*)(0[xs]\S+)(.*)$/i;
const word = /"[^"]*"?|'[^']*'?|[^\s"'#][^\s]*/g;

/** There is at least one entry that is in force, so that the comments are those of people who write about secrets. */
export function looksLikeSecrets(text: string): boolean {
  return text.split('\n').some((line) => !line.trimStart().startsWith('#') && entry.test(line.replace(/\r$/, '')));
}

/**
 * ipsec.secrets: every secret of every entry, entries behind a `#` too, on the line of the keyword or on indented ones below it.
 * In a file that is one, comments go as well: old keys are kept there.
 */
export function redactSecretsFile(text: string, source: string, redactor: Redactor): string {
  const scrubComments = looksLikeSecrets(text);
  const isSecretsFile = /secrets$/.test(source) || (scrubComments && !/^(?:conn|config)\s/m.test(text));
  let current: { kind: string; keepFirst: boolean } | undefined;
  let kept = false;
  const redactWords = (rest: string, line: number): string => {
    if (current === undefined) return rest;
    const { kind, keepFirst } = current;
    const [words, comment] = splitComment(rest);
    const redacted = words.replace(word, (found) => {
      if (/^[{}]/.test(found)) return found;
      if (keepFirst && !kept) {
        kept = true;
        return found;
      }
      return redactor.replace(found, kind, { source, line });
    });
    return redacted + (comment === '' ? '' : scrubbed);
  };
  return text
    .split('\n')
    .map((full, index) => {
      const end = full.endsWith('\r') ? '\r' : '';
      const line = end === '' ? full : full.slice(0, -1);
      const place = { source, line: index + 1 };
      const field = privateField.exec(line);
      if (field !== null) return `${field[1]}${redactor.replace(field[2] ?? '', 'RSA private key', place)}${end}`;
      if (/^\s*(?:#\s*)?(?:Modulus|PublicExponent)\b/i.test(line)) return full;
      const found = entry.exec(line);
      if (found !== null) {
        const keyword = keywords[(found[2] ?? '').toUpperCase()];
        const inline = /^\s*\{/.test(found[3] ?? '');
        current = inline ? undefined : keyword;
        kept = false;
        return `${found[1]}${redactWords(found[3] ?? '', place.line)}${end}`;
      }
      const slip = isSecretsFile ? unknownEntry.exec(line) : null;
      if (slip !== null) {
        current = { kind: 'secret', keepFirst: false };
        return `${slip[1]}${slip[2] ?? ''}${redactWords(slip[3] ?? '', place.line)}${end}`;
      }
      if (/^\s+[^\s#]/.test(line)) return redactWords(line, place.line) + end;
      if (/^[^\s#]/.test(line)) current = undefined;
      return scrubComments && /^\s*#/.test(line) ? `${scrubbed}${end}` : full;
    })
    .join('\n');
}

const scrubbed = '# [comment left out]';

/** A `#` after a space begins a comment unless it is between quotes. */
function splitComment(rest: string): [string, string] {
  let quote = '';
  for (let at = 0; at < rest.length; at++) {
    const character = rest[at] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && (at === 0 || /\s/.test(rest[at - 1] ?? ''))) return [rest.slice(0, at), rest.slice(at)];
  }
  return [rest, ''];
}
