import { expect, test } from 'vitest';
import { FakeHost } from '../../src/host/fake.js';
import { type Answer, answer, noAnswer } from '../../src/host/host.js';
import { RecordingHost } from '../../src/host/recorder.js';

const fake = new FakeHost({
  files: { '/etc/a': 'text\n' },
  links: { '/etc/l': 'a' },
  commands: { 'ip -V': 'ip utility\n' },
});

test('questions and answers, those without answer too, in order of path', async () => {
  const host = new RecordingHost(fake);
  await Promise.all([
    host.readFile('/etc/b'),
    host.readFile('/etc/a'),
    host.readDir('/etc'),
    host.readLink('/etc/l'),
    host.stat('/etc/a'),
    host.run(['ip', '-V']),
  ]);
  const answers = await host.answers();
  expect(answers).toEqual({
    files: { '/etc/a': { value: 'text\n' }, '/etc/b': { reason: 'missing', message: '/etc/b: no such file' } },
    directories: { '/etc': { value: ['a', 'l'] } },
    links: { '/etc/l': { value: 'a' } },
    stats: { '/etc/a': { value: { kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 5 } } },
    commands: { 'ip -V': { value: { stdout: 'ip utility\n', stderr: '', status: 0 } } },
  });
  expect(Object.keys(answers.files)).toEqual(['/etc/a', '/etc/b']);
});

test('the same question is asked once, even by two at the same time', async () => {
  let asked = 0;
  class Counting extends FakeHost {
    override async readFile(): Promise<Answer<string>> {
      asked++;
      return answer(`${asked}`);
    }
  }
  const host = new RecordingHost(new Counting());
  const [first, second] = await Promise.all([host.readFile('/x'), host.readFile('/x')]);
  expect([first, second, await host.readFile('/x')]).toEqual([answer('1'), answer('1'), answer('1')]);
});

test('a file refused for its size is asked for again by who allows more', async () => {
  class Sized extends FakeHost {
    override async readFile(path: string, maxBytes = 10): Promise<Answer<string>> {
      return maxBytes < 20 ? noAnswer('too-large', path) : answer('text');
    }
  }
  const host = new RecordingHost(new Sized());
  expect(await host.readFile('/x')).toMatchObject({ ok: false });
  expect(await host.readFile('/x', 30)).toEqual(answer('text'));
  expect((await host.answers()).files['/x']).toEqual({ value: 'text' });
});
