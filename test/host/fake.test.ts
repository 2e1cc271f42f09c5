import { expect, test } from 'vitest';
import { BugError } from '../../src/bytes/errors.js';
import { FakeHost } from '../../src/host/fake.js';

const host = new FakeHost({
  files: { '/etc/a/b': 'text', '/etc/c': { reason: 'binary' } },
  dirs: { '/etc/empty': [], '/root': { reason: 'denied' } },
  links: { '/etc/l': '/etc/c' },
  stats: { '/etc/a/b': { mode: 0o600 }, '/dev/net/tun': { kind: 'character-device' } },
  commands: { 'ip -V': { reason: 'timeout' }, 'ip xfrm policy': { stderr: 'no', status: 2 } },
});

test('directories follow from paths', async () => {
  expect(await host.readDir('/etc')).toEqual({ ok: true, value: ['a', 'c', 'empty', 'l'] });
  expect(await host.readDir('/')).toEqual({ ok: true, value: ['dev', 'etc', 'root'] });
  expect(await host.readDir('/etc/empty')).toEqual({ ok: true, value: [] });
  expect(await host.readDir('/root')).toMatchObject({ ok: false, reason: 'denied' });
  expect(await host.readDir('/var')).toMatchObject({ ok: false, reason: 'missing' });
});

test('files, links and stats', async () => {
  expect(await host.readFile('/etc/a/b')).toEqual({ ok: true, value: 'text' });
  expect(await host.readFile('/etc/a/b', 3)).toMatchObject({ ok: false, reason: 'too-large' });
  expect(await host.readFile('/etc/c')).toMatchObject({ ok: false, reason: 'binary' });
  expect(await host.readFile('/etc/d')).toMatchObject({ ok: false, reason: 'missing' });
  expect(await host.readLink('/etc/l')).toEqual({ ok: true, value: '/etc/c' });
  expect(await host.stat('/etc/a/b')).toEqual({ ok: true, value: { kind: 'file', mode: 0o600, uid: 0, gid: 0, size: 4 } });
  expect(await host.stat('/etc/a')).toMatchObject({ ok: true, value: { kind: 'directory' } });
  expect(await host.stat('/dev/net/tun')).toMatchObject({ ok: true, value: { kind: 'character-device' } });
  expect(await host.stat('/x')).toMatchObject({ ok: false, reason: 'missing' });
});

test('commands, the same as a live host allows', async () => {
  expect(await host.run(['ip', '-V'])).toMatchObject({ ok: false, reason: 'timeout' });
  expect(await host.run(['ip', 'xfrm', 'policy'])).toEqual({ ok: true, value: { stdout: '', stderr: 'no', status: 2 } });
  expect(await host.run(['nft', '-j', 'list', 'ruleset'])).toMatchObject({ ok: false, reason: 'missing' });
  await expect(host.run(['reboot'])).rejects.toThrow(BugError);
});
