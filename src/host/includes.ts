import { dirname, resolve } from 'node:path';
import { type ConfigText, MAX_INCLUDED_FILES, type ReadIncluded } from '../config/source.js';
import { expandGlob } from './glob.js';
import type { Answer, Host } from './host.js';

/**
 * Resolves what configuration files include, on a host: globs, and names relative to the including file. What is there and could not be
 * read is a problem; what is not there is none.
 * @param read reads one file; the host itself does by default
 */
export function readIncludes(
  host: Host,
  read: (path: string, from: string, purpose: 'secrets' | undefined) => Promise<Answer<string>> = (path) => host.readFile(path),
): ReadIncluded {
  // A file is known by the name it was asked for by: one that includes itself has to be recognised.
  const names = new Map<string, string>();
  // Each reads what it leads to, and a file may hold a hundred thousand that lead to the same.
  let includes = 0;
  return async (pattern, from, purpose) => {
    if (purpose === undefined && ++includes > MAX_INCLUDED_FILES)
      return { files: [], problems: [{ file: pattern, reason: `not followed: more than ${MAX_INCLUDED_FILES} includes` }] };
    if (!names.has(resolve(from))) names.set(resolve(from), from);
    const { paths, problems } = await expandGlob(host, resolve(dirname(from), pattern));
    const files: ConfigText[] = [];
    const unread = [...problems];
    for (const path of paths) {
      const answer = await read(path, from, purpose);
      if (answer.ok) files.push({ file: names.get(path) ?? path, text: answer.value });
      else if (answer.reason !== 'missing') unread.push({ file: path, reason: answer.message.replace(`${path}: `, '') });
    }
    return { files, problems: unread };
  };
}
