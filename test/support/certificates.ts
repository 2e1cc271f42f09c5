import { readFileSync } from 'node:fs';

/** A file of test/vectors/certificates. */
export function certificateFile(name: string): string {
  return readFileSync(new URL(`../vectors/certificates/${name}`, import.meta.url), 'utf8');
}
