import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../src/host/fake.js';
import { noAnswer } from '../../src/host/host.js';
import { readIncludes } from '../../src/host/includes.js';

const host = new FakeHost({
  files: {
    '/etc/ipsec.d/a.conf': 'a\n',
    '/etc/ipsec.d/b.conf': 'b\n',
    '/etc/ipsec.d/c.txt': 'c\n',
    '/etc/secret': { reason: 'denied' },
  },
});

describe('readIncludes', () => {
  it.each([
    ['ipsec.d/*.conf', ['/etc/ipsec.d/a.conf', '/etc/ipsec.d/b.conf'], []],
    ['/etc/ipsec.d/c.txt', ['/etc/ipsec.d/c.txt'], []],
    ['./ipsec.d/../ipsec.d/b.conf', ['/etc/ipsec.d/b.conf'], []],
    ['nowhere.conf', [], []],
    ['secret', [], ['/etc/secret: denied']],
  ])('%s', async (pattern, files, problems) => {
    const included = await readIncludes(host)(pattern, '/etc/ipsec.conf');
    expect(included.files.map(({ file }) => file)).toEqual(files);
    expect(included.problems.map(({ file, reason }) => `${file}: ${reason}`)).toEqual(problems);
  });

  it('calls a file by the name it was first read under', async () => {
    const here = new FakeHost({ files: { [resolve('a.conf')]: 'a\n', [resolve('b.conf')]: 'b\n' } });
    const include = readIncludes(here);
    expect((await include('b.conf', 'a.conf')).files.map(({ file }) => file)).toEqual([resolve('b.conf')]);
    expect((await include('a.conf', resolve('b.conf'))).files.map(({ file }) => file)).toEqual(['a.conf']);
  });

  it('tells who reads, what for and from where', async () => {
    const asked: unknown[] = [];
    const include = readIncludes(host, async (...args) => {
      asked.push(args);
      return noAnswer('missing', 'not this time');
    });
    expect(await include('ipsec.d/a.conf', '/etc/ipsec.conf', 'secrets')).toEqual({ files: [], problems: [] });
    expect(asked).toEqual([['/etc/ipsec.d/a.conf', '/etc/ipsec.conf', 'secrets']]);
  });

  it('follows a thousand includes of a configuration, and its secrets after them', async () => {
    let read = 0;
    const include = readIncludes(host, async () => {
      read++;
      return noAnswer('missing', 'not this time');
    });
    for (let i = 0; i < 1000; i++) expect((await include('ipsec.d/a.conf', '/etc/ipsec.conf')).problems).toEqual([]);
    expect((await include('ipsec.d/a.conf', '/etc/ipsec.conf')).problems).toEqual([
      { file: 'ipsec.d/a.conf', reason: 'not followed: more than 1000 includes' },
    ]);
    expect(read).toBe(1000);
    await include('ipsec.d/a.conf', '/etc/ipsec.conf', 'secrets');
    expect(read).toBe(1001);
  });
});
