import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { BugError } from '../../src/bytes/errors.js';
import { runBounded, runProgram } from '../../src/host/run-program.js';

const sh = (script: string, timeoutMs = 5000) => runBounded('/bin/sh', ['-c', script], timeoutMs);

test('output, errors and status', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toEqual({ ok: true, value: { stdout: 'out\n', stderr: 'err\n', status: 3 } });
});

test('nothing of our environment, the C locale, nothing on standard input', async () => {
  process.env['VPNDOCTOR_TEST_LEAK'] = 'leaked';
  const output = await sh('env; cat');
  delete process.env['VPNDOCTOR_TEST_LEAK'];
  expect(output.ok && output.value.stdout).toContain('LC_ALL=C');
  expect(output.ok && output.value.stdout).not.toContain('leaked');
});

test('one that hangs is ended with everything it started', async () => {
  const before = Date.now();
  const output = await sh('sleep 47113 & sleep 47113', 200);
  expect(output).toMatchObject({ ok: false, reason: 'timeout' });
  expect(Date.now() - before).toBeLessThan(3000);
  const left = execFileSync('ps', ['-A', '-o', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.trim() === 'sleep 47113');
  expect(left).toEqual([]);
});

test('one that leaves a child with our pipe behind does not keep us longer than its time', async () => {
  expect(await sh('sleep 47114 & exit 0', 200)).toMatchObject({ ok: false, reason: 'timeout' });
});

test('one that ignores SIGTERM is ended too', async () => {
  expect(await sh("trap '' TERM INT HUP; while :; do :; done", 200)).toMatchObject({ ok: false, reason: 'timeout' });
});

test('one that prints without end is ended', async () => {
  expect(await sh('yes')).toMatchObject({ ok: false, reason: 'too-large' });
});

test('binary output is named so', async () => {
  expect(await sh("printf 'a\\0b'")).toMatchObject({ ok: false, reason: 'binary' });
});

test('one that is killed by somebody has not answered', async () => {
  expect(await sh('kill -9 $$')).toMatchObject({ ok: false, reason: 'failed' });
});

test('a path that is no program', async () => {
  expect(await runBounded('/nowhere/ip', [], 1000)).toMatchObject({ ok: false, reason: 'missing' });
  expect(await runBounded('/etc/passwd', [], 1000)).toMatchObject({ ok: false, reason: 'denied' });
});

test('what is not installed is missing, what is not allowed is a bug', async () => {
  await expect(runProgram(['sh', '-c', 'true'], 1000)).rejects.toThrow(BugError);
  const output = await runProgram(['getenforce'], 1000);
  expect(output.ok ? 'ok' : output.reason).toMatch(/^(ok|missing)$/);
});
