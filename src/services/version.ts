import { readFileSync } from 'node:fs';

/** The version of this vpndoctor, as its package says. */
export function vpndoctorVersion(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
