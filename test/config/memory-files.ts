import type { ReadIncluded } from '../../src/config/source.js';

/** Includes from a table of texts: patterns with `*` match within one directory, relative ones start beside the including file. */
export function memoryFiles(texts: Readonly<Record<string, string>>): ReadIncluded {
  return async (pattern, from) => {
    const absolute = pattern.startsWith('/') ? pattern : `${from.replace(/[^/]*$/, '')}${pattern}`;
    const matcher = new RegExp(`^${absolute.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
    const names = Object.keys(texts).filter((name) => matcher.test(name));
    return { files: names.sort().map((file) => ({ file, text: texts[file] ?? '' })), problems: [] };
  };
}
