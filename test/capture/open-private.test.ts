import { chmodSync, closeSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openPrivate, writePrivate } from '../../src/capture/open-private.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();

it.each([undefined, 0o600, 0o644, 0o666])('a file that had the mode %o is for its owner alone, and empty', (mode) => {
  const path = at(`mode-${mode}`);
  if (mode !== undefined) {
    writeFileSync(path, 'before');
    chmodSync(path, mode);
  }
  closeSync(openPrivate(path));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe('');
});

it('is written as a whole', () => {
  writeFileSync(at('whole'), 'something longer');
  writePrivate(at('whole'), 'keys');
  expect(readFileSync(at('whole'), 'utf8')).toBe('keys');
  expect(statSync(at('whole')).mode & 0o777).toBe(0o600);
});

it('what is no file keeps its rights', () => {
  const before = statSync('/dev/null').mode;
  closeSync(openPrivate('/dev/null'));
  expect(statSync('/dev/null').mode).toBe(before);
});
