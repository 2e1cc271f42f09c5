import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { readError, writeError } from '../../src/bytes/file-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();
const failed = (code: string) => Object.assign(new TypeError(`${code}: words of the system, open '/x'`), { code });

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('readError', () => {
  it.each([
    ['ENOENT', UsageError, '--psk-file /x: no such file', 'check the path'],
    ['ENOTDIR', UsageError, '--psk-file /x: no such file', 'a part of the path is itself a file'],
    ['EISDIR', UsageError, '--psk-file /x: it is a directory', 'name a file in it'],
    ['EACCES', EnvironmentError, '--psk-file /x: no right to read it', 'as root, or: sudo cat /x into a file of your own'],
    ['EIO', EnvironmentError, '--psk-file /x cannot be read: words of the system', undefined],
  ] as const)('%s', (code, kind, message, hint) => {
    const error = readError('--psk-file /x', '/x', failed(code));
    expect(error).toBeInstanceOf(kind);
    expect([error.message, error.hint]).toEqual([message, hint]);
  });

  it('takes what Node throws', () => {
    const path = at('folder');
    mkdirSync(path);
    expect(
      readError(
        path,
        path,
        caught(() => readFileSync(path)),
      ).message,
    ).toBe(`${path}: it is a directory`);
    const below = `${path}/a/b`;
    expect(
      readError(
        below,
        below,
        caught(() => readFileSync(below)),
        { missing: 'look elsewhere' },
      ).hint,
    ).toBe('look elsewhere');
  });
});

describe('writeError', () => {
  it.each([
    ['ENOENT', UsageError, '/x cannot be written: there is no such folder'],
    ['EISDIR', UsageError, '/x is a directory'],
    ['EEXIST', UsageError, '/x is there already'],
    ['EACCES', EnvironmentError, '/x cannot be written: no right to'],
    ['EROFS', EnvironmentError, '/x cannot be written: no right to'],
    ['ENOSPC', EnvironmentError, '/x cannot be written: the disk is full'],
    ['EIO', EnvironmentError, '/x cannot be written: words of the system'],
  ] as const)('%s', (code, kind, message) => {
    const error = writeError('/x', failed(code));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toBe(message);
    if (code !== 'EIO') expect(error.hint).not.toBe(undefined);
  });

  it('takes what Node throws', () => {
    const path = at('no-such-folder/file');
    expect(
      writeError(
        path,
        caught(() => writeFileSync(path, '')),
      ).message,
    ).toContain('there is no such folder');
  });
});
