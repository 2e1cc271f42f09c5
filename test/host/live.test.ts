import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { BugError } from '../../src/bytes/errors.js';
import { LiveHost } from '../../src/host/live.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const host = new LiveHost();
const path = temporaryFolder();

describe('files', () => {
  beforeAll(() => {
    writeFileSync(path('plain'), 'conn a\n');
    writeFileSync(path('empty'), '');
    writeFileSync(path('binary'), Buffer.from([0x63, 0, 0xff]));
    writeFileSync(path('latin1'), Buffer.from([0x4d, 0xfc, 0x6c, 0x6c, 0x0a]));
    writeFileSync(path('large'), 'x'.repeat(5 << 20));
    mkdirSync(path('folder'));
    writeFileSync(path('folder/b'), '');
    writeFileSync(path('folder/a'), '');
    symlinkSync('plain', path('link'));
    symlinkSync('/dev/zero', path('to-zero'));
    symlinkSync('round', path('round'));
    execFileSync('/usr/bin/mkfifo', [path('fifo')]);
  });

  test.each([
    ['plain', 'conn a\n'],
    ['link', 'conn a\n'],
    ['empty', ''],
    ['latin1', 'M\ufffdll\n'],
  ])('%s is read', async (name, text) => {
    expect(await host.readFile(path(name))).toEqual({ ok: true, value: text });
  });

  test.each([
    ['not-there', 'missing'],
    ['plain/below', 'missing'],
    ['binary', 'binary'],
    ['large', 'too-large'],
    ['folder', 'failed'],
    ['fifo', 'failed'],
    ['to-zero', 'failed'],
    ['round', 'failed'],
  ])('%s has no contents: %s', async (name, reason) => {
    const read = await host.readFile(path(name));
    expect(read).toMatchObject({ ok: false, reason });
    expect(!read.ok && read.message).toContain(path(name));
  });

  test.each([
    ['/etc/vpndoctor-not-there', undefined, 'missing'],
    ['/etc/passwd/below', undefined, 'missing'],
    ['/etc', undefined, 'failed'],
    ['/etc/passwd', 1, 'too-large'],
    ['/bin/sh', undefined, 'binary'],
  ])('of the system itself, read at once: %s has no contents: %s', async (file, maxBytes, reason) => {
    expect(await host.readFile(file, maxBytes)).toMatchObject({ ok: false, reason });
  });

  test('of the system itself, read at once', async () => {
    expect(await host.readFile('/etc/passwd')).toMatchObject({ ok: true, value: expect.stringContaining('root:') });
    expect(await host.stat('/etc/vpndoctor-not-there')).toMatchObject({ ok: false, reason: 'missing' });
    expect(await host.stat('/etc/passwd')).toMatchObject({ ok: true, value: { kind: 'file', uid: 0 } });
    expect(await host.readFile('/sys/class/net/lo/ifindex', 100)).toMatchObject({ ok: true, value: '1\n' });
  });

  test('the bound is inclusive and the asker sets it', async () => {
    expect(await host.readFile(path('plain'), 7)).toMatchObject({ ok: true });
    expect(await host.readFile(path('plain'), 6)).toMatchObject({ ok: false, reason: 'too-large' });
    expect(await host.readFile(path('large'), 6 << 20)).toMatchObject({ ok: true });
  });

  test('a directory is listed in order, a link is read as written', async () => {
    expect(await host.readDir(path('folder'))).toEqual({ ok: true, value: ['a', 'b'] });
    expect(await host.readDir(path('plain'))).toMatchObject({ ok: false, reason: 'missing' });
    expect(await host.readLink(path('link'))).toEqual({ ok: true, value: 'plain' });
    expect(await host.readLink(path('plain'))).toMatchObject({ ok: false, reason: 'failed' });
  });

  test('mode, kind and size, link followed', async () => {
    chmodSync(path('plain'), 0o640);
    expect(await host.stat(path('link'))).toMatchObject({ ok: true, value: { kind: 'file', mode: 0o640, size: 7 } });
    expect(await host.stat('/dev/null')).toMatchObject({ ok: true, value: { kind: 'character-device' } });
    expect(await host.stat(path('fifo'))).toMatchObject({ ok: true, value: { kind: 'other' } });
    expect(await host.stat(path('folder'))).toMatchObject({ ok: true, value: { kind: 'directory' } });
  });
});

describe('what the kernel makes up', () => {
  test('is read whole although it tells no size', async () => {
    const read = await host.readFile('/proc/self/status');
    expect(read.ok && read.value).toMatch(/^Name:/);
  });

  test('arguments keep their separators', async () => {
    const read = await host.readFile('/proc/self/cmdline');
    expect(read.ok && read.value).toContain('\0');
  });

  test.each([
    ['/proc/4194999/stat', 'missing'],
    ['/proc/self', 'failed'],
    ['/sys/class/net', 'failed'],
  ])('%s: %s', async (file, reason) => {
    expect(await host.readFile(file)).toMatchObject({ ok: false, reason });
  });

  test('a file without end is refused at the bound', async () => {
    expect(await host.readFile('/proc/kallsyms', 100)).toMatchObject({ ok: false, reason: 'too-large' });
  });

  test('a file that waits for news does not keep us', async () => {
    expect(await host.readFile('/proc/kmsg')).toMatchObject({ ok: false });
  });
});

describe('commands', () => {
  test('what is not in the table is a fault of ours', async () => {
    await expect(host.run(['rm', '-rf', path('folder')])).rejects.toThrow(BugError);
    await expect(host.run(['ip', 'link', 'set', 'lo', 'down'])).rejects.toThrow(BugError);
  });

  test('output and status come back', async () => {
    const output = await host.run(['ip', '-V']);
    if (!output.ok) return expect(output.reason).toBe('missing');
    expect(output.value).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ip utility/) });
  });
});
