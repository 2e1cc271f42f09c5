/**
 * What stands behind a word for a secret in any of the languages, however it got there: a quotation mark that is never closed, two
 * lines run together, a keyword with a slip. Keywords may have lost their beginning.
 */
const BEHIND = [
  /(?:PSK|ecret\w*|hared-?key|d-key|key \d|isakmp key|wor[dt])(?:[^\S\n]|[=:"'{])*([^\s"'{};,]+)/gi,
  /(?:hared|ication|cation|tion|on|n)[^\S\n]*=(?:[^\S\n]|["'])*([^\s"'{};,]+)/gi,
  /(?:shared|key|e?y)[^\S\n]*([^\s"'{};,=]+)/gi,
];

/** Shorter than this it is more likely a word. */
const SHORTEST = 8;

/** More than this come from a file that is no configuration. */
const MAX_CANDIDATES = 2000;

/** Addresses, names of files and plain words are no secrets: hiding them would hide what is wrong. */
const PLAIN =
  /^([a-z_-]+|[\d.:/a-f]+|.*\.(pem|crt|key|conf|txt|secrets)|\/.*|[\w-]*(\.[\w-]+)+|.*[[\]<>].*|aes.*|3des.*|sha\d.*|esp[-_].*|ike[-_v].*|modp.*|\d+[smhd]?)$/i;

/**
 * Secrets are read into a type that does not print. In a broken file one may end up where no secret belongs, as a part of an
 * address or of a name: what looks like it in the texts of a configuration is hidden from the output.
 * @returns a function that puts `(not shown)` in place of each
 */
export function secretHider(texts: Iterable<string>): (text: string) => string {
  const candidates = new Set<string>();
  for (const text of texts)
    for (const pattern of BEHIND)
      for (const [, found = ''] of text.matchAll(pattern)) {
        if (candidates.size >= MAX_CANDIDATES) break;
        if (found.length >= SHORTEST && !PLAIN.test(found)) candidates.add(found);
      }
  const longestFirst = [...candidates].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '(not shown)'), text);
}
