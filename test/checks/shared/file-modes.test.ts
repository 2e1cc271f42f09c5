import { expect, it } from 'vitest';
import { judgeFileModes, lookAtFile } from '../../../src/checks/shared/file-modes.js';
import { FakeHost } from '../../../src/host/fake.js';
import type { FileStat } from '../../../src/host/host.js';

const PATH = '/etc/vpn/private/a key';

async function judged(file: Partial<FileStat>, folder: Partial<FileStat> = {}, owners: readonly number[] = []) {
  const host = new FakeHost({ files: { [PATH]: 'key' }, stats: { [PATH]: file, '/etc/vpn/private': folder } });
  return judgeFileModes('secrets-file-mode', 'modes', [await lookAtFile(host, PATH, 'a private key')], new Set(owners), 'x(5)').map(
    ({ status, detail, mend }) => [status, detail, mend?.[0]?.apply, mend?.[0]?.undo],
  );
}

const pass = [['pass', '1 of 1 file', undefined, undefined]];

it.each([
  ['root alone', { mode: 0o600 }, {}, [], pass],
  ['root may read', { mode: 0o400 }, {}, [], pass],
  ['nobody gets into the directory', { mode: 0o666 }, { mode: 0o700 }, [], pass],
  ['only the group of root gets in', { mode: 0o644 }, { mode: 0o750 }, [], pass],
  ['the user of the daemon', { mode: 0o600, uid: 110 }, {}, [110], pass],
  ['a directory that others may list and not enter', { mode: 0o644 }, { mode: 0o744 }, [], pass],
])('%s is right', async (_, file, folder, owners, expected) => {
  expect(await judged(file, folder, owners)).toEqual(expected);
});

it('mends and undoes, whatever the name of the file is', async () => {
  expect(await judged({ mode: 0o644 })).toEqual([
    ['fail', '0644, user 0, group 0: may be read by everybody on this host', `chmod 0600 '${PATH}'`, `chmod 0644 '${PATH}'`],
  ]);
  expect(await judged({ mode: 0o640, uid: 5, gid: 6 })).toEqual([
    [
      'warn',
      '0640, user 5, group 6: belongs to user 5',
      `chown root: '${PATH}'; chmod 0600 '${PATH}'`,
      `chown 5:6 '${PATH}'; chmod 0640 '${PATH}'`,
    ],
  ]);
});

it('a directory for another group keeps nobody out of that group', async () => {
  expect((await judged({ mode: 0o644 }, { mode: 0o750, gid: 7 })).map(([status]) => status)).toEqual(['fail']);
});

it('says nothing of what is not there, and unknown of what cannot be seen', async () => {
  const host = new FakeHost();
  const missing = await lookAtFile(host, '/none', 'keys');
  expect(judgeFileModes('x', 'modes', [missing], new Set(), 'x(5)')).toEqual([]);
  const denied = { ...missing, stat: { ok: false, reason: 'denied', message: '/none: permission denied' } } as const;
  expect(judgeFileModes('x', 'modes', [denied], new Set(), 'x(5)')).toMatchObject([{ status: 'unknown' }]);
});
