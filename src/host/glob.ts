import type { Host } from './host.js';

/** Paths that a pattern leads to, in order, and directories that could not be looked into. */
export interface GlobResult {
  readonly paths: readonly string[];
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

/** A pattern that leads to more is cut: it was meant otherwise. */
const MAX_PATHS = 1000;

/**
 * Expands `*`, `?`, `[…]` and `{a,b}` of an absolute pattern as glob(3) does: per component, hidden files only where named. A pattern
 * without any is its own answer, whether the file is there or not.
 */
export async function expandGlob(host: Host, pattern: string): Promise<GlobResult> {
  const paths: string[] = [];
  const problems: { file: string; reason: string }[] = [];
  for (const alternative of expandBraces(pattern)) {
    let found = [''];
    for (const component of alternative.split('/').filter((part) => part !== '')) {
      const next: string[] = [];
      for (const base of found.slice(0, MAX_PATHS)) {
        if (!/[*?[]/.test(component)) {
          next.push(`${base}/${component}`);
          continue;
        }
        const names = await host.readDir(base === '' ? '/' : base);
        if (!names.ok) {
          if (names.reason !== 'missing') problems.push({ file: base, reason: names.message });
          continue;
        }
        const matches = matcher(component);
        for (const name of names.value) if (matches(name)) next.push(`${base}/${name}`);
      }
      found = next;
    }
    paths.push(...found);
  }
  return { paths: [...new Set(paths)].slice(0, MAX_PATHS), problems };
}

/** How many alternatives a pattern may have. */
const MAX_ALTERNATIVES = 64;

function expandBraces(pattern: string): readonly string[] {
  let patterns = [pattern];
  for (;;) {
    const next = patterns.flatMap((one) => {
      const braces = /\{([^{}]*,[^{}]*)\}/.exec(one);
      if (braces === null) return [one];
      return (braces[1] ?? '').split(',').map((part) => one.slice(0, braces.index) + part + one.slice(braces.index + braces[0].length));
    });
    if (next.length === patterns.length || next.length > MAX_ALTERNATIVES) return next.slice(0, MAX_ALTERNATIVES);
    patterns = next;
  }
}

/** Matches names without regular expressions made of foreign text: they may take for ever. */
function matcher(pattern: string): (name: string) => boolean {
  return (name) => (!name.startsWith('.') || pattern.startsWith('.')) && matchGlob(pattern, name);
}

function matchGlob(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const one = p < pattern.length && pattern[p] !== '*' ? matchOne(pattern, p, name.charAt(n)) : undefined;
    if (one !== undefined) {
      p = one;
      n++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Where the pattern goes on when its element at `p` takes the character; undefined when it does not. */
function matchOne(pattern: string, p: number, character: string): number | undefined {
  if (pattern[p] === '?') return p + 1;
  const set = pattern[p] === '[' ? /^\[(!|\^)?(\]?[^\]]*)\]/.exec(pattern.slice(p)) : null;
  if (set === null) return pattern[p] === character ? p + 1 : undefined;
  const body = set[2] ?? '';
  let inside = false;
  for (let i = 0; i < body.length; i++) {
    const from = body.charAt(i);
    const range = body[i + 1] === '-' && i + 2 < body.length;
    const to = range ? body.charAt(i + 2) : from;
    if (character >= from && character <= to) inside = true;
    if (range) i += 2;
  }
  return inside !== (set[1] !== undefined) ? p + set[0].length : undefined;
}
