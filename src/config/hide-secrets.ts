/**
 * What stands behind a word for a secret in any of the languages, however it got there: a quotation mark that is never closed, two
 * lines run together, a keyword with a slip. Keywords may have lost their beginning.
 */
const BEHIND = [
  /(?:PSK|ecret\w*|hared-?key|d-key|key \d|isakmp key|wor[dt])(?:[^\S\n]|[=:"'{])*([^\s"'{};,]+)/gi,
  /(?:hared|ication|cation|tion|on|n)[^\S\n]*=(?:[^\S\n]|["'])*([^\s"'{};,]+)/gi,
  /(?:shared|key|y)[^\S\n]+([^\s"'{};,=]+)/gi,
  /(?:shared|hared-?key|_key)([^\s"'{};,=]+)/gi,
];

/** Shorter than this it is more likely a word. */
const SHORTEST = 8;

/** More than this come from a file that is no configuration. */
const MAX_CANDIDATES = 2000;

/** Addresses, names of files and plain words are no secrets: hiding them would hide what is wrong. */
const PLAIN =
  /^([a-z_-]+|[\d.:/a-f]+|.*\.(pem|crt|key|conf|txt|secrets)|\/.*|[\w-]*(\.[\w-]+)+|.*[[\]<>].*|aes.*|3des.*|sha\d.*|esp[-_].*|ike[-_v].*|.*-ke\d_.*|modp.*|\d+[smhd]?)$/i;

/**
 * Secrets are read into a type that does not print. In a broken file one may end up where no secret belongs, as a part of an
 * address or of a name: what looks like it in the texts of a configuration is hidden from the output.
 * @returns a function that puts `(not shown)` in place of each
 */
export function secretHider(texts: Iterable<string>): (text: string) => string {
  const candidates = new Set<string>();
  const add = (found: string) => {
    if (candidates.size >= MAX_CANDIDATES || found.length < SHORTEST) return;
    // What stands for a secret in a bundle is hidden like the secret itself.
    if (!PLAIN.test(found) || found.startsWith('redacted-')) candidates.add(found);
  };
  for (const text of texts) {
    for (const pattern of BEHIND) for (const [, found = ''] of text.matchAll(pattern)) add(found);
    for (const word of wordsOfSecretSections(text)) add(word);
  }
  const longestFirst = [...candidates].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '(not shown)'), text);
}

/** In a `secrets { … }` of a swanctl.conf every word may be one, whatever is left of the keyword before it; those of `id…=` are not. */
function wordsOfSecretSections(text: string): readonly string[] {
  return secretSections(text).flatMap(({ from, to }) =>
    text
      .slice(from, to)
      .replace(/\bid[\w.-]*[^\S\n]*=.*/g, '')
      .split(/[\s"'{};,=#]+/)
      .slice(0, MAX_CANDIDATES),
  );
}

/** Where each `secrets { … }` begins and ends, behind its opening brace. */
export function secretSections(text: string): readonly { readonly from: number; readonly to: number }[] {
  const sections: { readonly from: number; readonly to: number }[] = [];
  const opening = /\bsecrets\s*\{/g;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const from = opening.lastIndex;
    let depth = 1;
    let to = from;
    for (; to < text.length && depth > 0; to++) depth += text[to] === '{' ? 1 : text[to] === '}' ? -1 : 0;
    sections.push({ from, to });
    opening.lastIndex = to;
  }
  return sections;
}
