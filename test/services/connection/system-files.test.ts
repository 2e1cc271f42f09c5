import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemFiles } from '../../../src/services/connection/system-files.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

it('lists and reads what is there, and nothing that is too large for a key', () => {
  mkdirSync(at('x509'));
  writeFileSync(at('x509/b.pem'), 'b');
  writeFileSync(at('x509/a.pem'), 'a');
  writeFileSync(at('large'), Buffer.alloc((1 << 20) + 1));
  expect(systemFiles.list(at('x509'))).toEqual([at('x509/a.pem'), at('x509/b.pem')]);
  expect(systemFiles.list(at('nowhere'))).toEqual([]);
  expect(Buffer.from(systemFiles.read(at('x509/a.pem')) ?? []).toString()).toBe('a');
  for (const none of [at('nowhere'), at('x509'), at('large'), at('x509/a.pem/b')]) expect(systemFiles.read(none)).toBeUndefined();
});
