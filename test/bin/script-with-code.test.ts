import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const { loadWithCode } = createRequire(import.meta.url)('../../bin/script-with-code.js') as typeof import('../../bin/script-with-code.js');
const at = temporaryFolder();

const SCRIPT = `const { basename } = require('node:path');
exports.name = () => basename(__filename);
module.exports.twice = (n) => 2 * n;
`;

function script(): string {
  const path = at('script.cjs');
  writeFileSync(path, SCRIPT);
  return path;
}

describe('a script with its compiled code', () => {
  it('is a module like any other', () => {
    const { exports } = loadWithCode(script());
    expect([exports.name(), exports.twice(21)]).toEqual(['script.cjs', 42]);
  });

  it('keeps what has been compiled, and does the same with it', () => {
    const path = script();
    const { exports, keepCode } = loadWithCode(path);
    exports.twice(1);
    keepCode();
    expect(existsSync(`${path}.code`)).toBe(true);
    expect(loadWithCode(path).exports.twice(21)).toBe(42);
  });

  it.each([
    ['cut', (code: Buffer) => code.subarray(0, 40)],
    ['of another version', (code: Buffer) => Buffer.concat([Buffer.alloc(16, 0xff), code.subarray(16)])],
    ['empty', () => Buffer.alloc(0)],
  ])('compiles anew where the code is %s', (_, spoil) => {
    const path = script();
    loadWithCode(path).keepCode();
    writeFileSync(`${path}.code`, spoil(readFileSync(`${path}.code`)));
    expect(loadWithCode(path).exports.twice(21)).toBe(42);
  });

  it('compiles anew where the code cannot be read', () => {
    const path = script();
    rmSync(`${path}.code`, { force: true });
    // Root may read every file: a folder it cannot.
    mkdirSync(`${path}.code`);
    expect(loadWithCode(path).exports.twice(21)).toBe(42);
    rmSync(`${path}.code`, { recursive: true });
  });
});
