import { expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { parseStat, readProcesses } from '../../../src/host/linux/processes.js';

test.each([
  ['1 (systemd) S 0 1 1 0', { name: 'systemd', parent: 0 }],
  ['7 (a) b) S 3 1', { name: 'a) b', parent: 3 }],
  ['7 ((sd-pam)) S 3 1', { name: '(sd-pam)', parent: 3 }],
  ['', undefined],
  ['7 (cut', undefined],
  ['7 )( S 1', undefined],
  ['7 (x) S', undefined],
])('%j', (text, expected) => {
  expect(parseStat(text)).toEqual(expected);
});

test('daemons with arguments and namespace, others by name alone, those that end meanwhile not at all', async () => {
  const host = new FakeHost({
    files: {
      '/proc/uptime': '',
      '/proc/1/stat': '1 (systemd) S 0 1',
      '/proc/1/cmdline': '/sbin/init\0secret\0',
      '/proc/900/stat': '900 (pluto) S 1 900',
      '/proc/900/cmdline': '/usr/libexec/ipsec/pluto\0--leak-detective\0',
      '/proc/1000/stat': '1000 (openvpn) S 1 1000',
      '/proc/1000/cmdline': { reason: 'denied' },
    },
    links: {
      '/proc/self/ns/net': 'net:[1]',
      '/proc/900/ns/net': 'net:[1]',
      '/proc/900/exe': '/usr/libexec/ipsec/pluto',
      '/proc/1000/ns/net': 'net:[2]',
    },
    dirs: { '/proc': ['4711', 'self'] },
    stats: { '/proc/1000': { uid: 65534 } },
  });
  expect(await readProcesses(host)).toEqual({
    ok: true,
    value: [
      { pid: 1, parent: 0, name: 'systemd', command: [] },
      {
        pid: 900,
        parent: 1,
        name: 'pluto',
        command: ['/usr/libexec/ipsec/pluto', '--leak-detective'],
        executable: '/usr/libexec/ipsec/pluto',
        uid: 0,
        sameNetwork: true,
      },
      { pid: 1000, parent: 1, name: 'openvpn', command: [], uid: 65534, sameNetwork: false },
    ],
  });
});

test('no /proc, no answer', async () => {
  expect(await readProcesses(new FakeHost({ dirs: { '/proc': { reason: 'denied' } } }))).toMatchObject({ ok: false, reason: 'denied' });
});
