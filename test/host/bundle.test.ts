import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BugError, UsageError } from '../../src/bytes/errors.js';
import { BUNDLE_SCHEMA, type Bundle, BundleHost, decodeBundle, encodeBundle } from '../../src/host/bundle.js';
import { openBundle } from '../../src/host/bundle-file.js';
import { HostFacts } from '../../src/host/host-facts.js';

const bundle: Bundle = {
  schema: BUNDLE_SCHEMA,
  version: '0.1.0',
  made: '2026-01-02T03:04:05.000Z',
  isRoot: false,
  anonymised: false,
  redactions: [],
  strengths: {},
  captures: [],
  files: { '/etc/a': { value: 'text' }, '/etc/b': { reason: 'denied', message: '/etc/b: permission denied' } },
  directories: { '/etc': { value: ['a', 'b'] } },
  links: { '/l': { value: 'a' } },
  stats: { '/etc/a': { value: { kind: 'file', mode: 0o600, uid: 0, gid: 0, size: 4 } } },
  commands: { 'ip -V': { value: { stdout: 'ip', stderr: '', status: 0 } } },
};

test('there and back', () => {
  expect(decodeBundle(encodeBundle(bundle), 'x')).toEqual(bundle);
  expect(decodeBundle(Buffer.from(JSON.stringify(bundle)), 'x')).toEqual(bundle);
});

test('a host as it was', async () => {
  const host = new BundleHost(bundle);
  expect(host.isRoot).toBe(false);
  expect(host.now).toEqual(new Date('2026-01-02T03:04:05Z'));
  expect(await host.readFile('/etc/a')).toEqual({ ok: true, value: 'text' });
  expect(await host.readFile('/etc/b')).toEqual({ ok: false, reason: 'denied', message: '/etc/b: permission denied' });
  expect(await host.readDir('/etc')).toEqual({ ok: true, value: ['a', 'b'] });
  expect(await host.readLink('/l')).toEqual({ ok: true, value: 'a' });
  expect(await host.stat('/etc/a')).toMatchObject({ ok: true, value: { mode: 0o600 } });
  expect(await host.run(['ip', '-V'])).toMatchObject({ ok: true, value: { stdout: 'ip' } });
});

test.each(['constructor', '__proto__', '/etc/c'])('%s was not collected', async (path) => {
  const host = new BundleHost(decodeBundle(encodeBundle(bundle), 'x'));
  expect(await host.readFile(path)).toMatchObject({ ok: false, reason: 'not-collected' });
  expect(await host.stat(path)).toMatchObject({ ok: false, reason: 'not-collected' });
  expect(await host.run(['ss', '-lnup'])).toMatchObject({ ok: false, reason: 'not-collected' });
});

test('what may not be asked of a host may not be asked of its bundle', async () => {
  await expect(new BundleHost(bundle).run(['reboot'])).rejects.toThrow(BugError);
});

test('facts of an empty bundle say why there are none', async () => {
  const facts = new HostFacts(new BundleHost({ ...bundle, files: {}, directories: {}, links: {}, stats: {}, commands: {} }));
  for (const fact of [
    facts.processes(),
    facts.sockets(),
    facts.interfaces(),
    facts.routes(),
    facts.xfrmStates(),
    facts.modules(),
    facts.container(),
  ]) {
    expect(await fact).toMatchObject({ ok: false, reason: 'not-collected' });
  }
});

describe('what is no bundle', () => {
  const text = (value: unknown) => Buffer.from(JSON.stringify(value));
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a capture', Buffer.from('d4c3b2a1020004000000', 'hex')],
    ['gzip of something else', gzipSync('hello')],
    ['a list', text([])],
    ['null', text(null)],
    ['another object', text({ schema: 'x' })],
    ['no tables', text({ ...bundle, files: undefined })],
    ['a number for a file', text({ ...bundle, files: { a: { value: 1 } } })],
    ['an unknown reason', text({ ...bundle, files: { a: { reason: 'because', message: '' } } })],
    ['a directory of numbers', text({ ...bundle, directories: { a: { value: [1] } } })],
    ['half a stat', text({ ...bundle, stats: { a: { value: { kind: 'file' } } } })],
    ['half an output', text({ ...bundle, commands: { a: { value: { stdout: '' } } } })],
    ['no date', text({ ...bundle, made: 'yesterday' })],
    ['paths that are none', text({ ...bundle, configPaths: [1] })],
    ['strengths that are none', text({ ...bundle, strengths: { a: 1 } })],
  ])('%s', (_, bytes) => {
    expect(() => decodeBundle(bytes, 'x.gz')).toThrow(UsageError);
    expect(() => decodeBundle(bytes, 'x.gz')).toThrow('x.gz is not a bundle of vpndoctor');
  });

  test.each([
    ['cut', encodeBundle(bundle).subarray(0, 50)],
    ['damaged', encodeBundle(bundle).fill(0xff, 40, 60)],
  ])('one that is %s on its way', (_, bytes) => {
    expect(() => decodeBundle(bytes, 'x.gz')).toThrow('x.gz is cut or damaged');
  });

  test('a bundle of the future', () => {
    expect(() => decodeBundle(text({ ...bundle, schema: 'vpndoctor/bundle/2' }), 'x')).toThrow('another version');
  });

  test('every cut is refused', () => {
    const bytes = encodeBundle(bundle);
    for (let length = 0; length < bytes.length; length++) expect(() => decodeBundle(bytes.subarray(0, length), 'x')).toThrow(UsageError);
  });

  test('a file that is not there', async () => {
    await expect(openBundle('/nowhere/x.gz')).rejects.toThrow(UsageError);
    await expect(openBundle('/')).rejects.toThrow(UsageError);
  });
});
