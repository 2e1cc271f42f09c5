import { describe, expect, it } from 'vitest';
import { type ChildPlan, runCaptureChild } from '../../src/capture/capture-child.js';
import { MISSING } from '../support/missing-path.js';

const plan = (script: string, changes: Partial<ChildPlan> = {}): ChildPlan => ({
  command: 'sh',
  args: ['-c', script],
  settle: 0,
  patience: 30_000,
  askToEnd: (child) => void child.kill('SIGINT'),
  messagesOn: 2,
  onMessage: () => {},
  ...changes,
});
const never = new AbortController().signal;

describe('runCaptureChild', () => {
  it('hands on the output and tells how it ended', async () => {
    const got: string[] = [];
    const lines: string[] = [];
    const end = await runCaptureChild(
      plan('echo one >&2; echo packets; printf "two\\nthree" >&2; exit 3', { onMessage: (line) => lines.push(line) }),
      (chunk) => got.push(`${chunk}`) > 0,
      never,
    );
    expect(got.join('')).toBe('packets\n');
    expect(lines).toEqual(['one', 'two']);
    expect(end).toEqual({ exitCode: 3, signal: null, messages: 'one\ntwo\nthree', bytes: 8, forced: false });
  });

  it('hands on all of a large output in order, however slow the sink', async () => {
    let text = '';
    const end = await runCaptureChild(
      plan('seq 1 100000'),
      async (chunk) => {
        text += chunk;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return true;
      },
      never,
    );
    expect(end.bytes).toBe(text.length);
    expect(text.trimEnd().split('\n').map(Number)).toEqual(Array.from({ length: 100_000 }, (_, index) => index + 1));
  });

  it('kills a child that does not care about being asked nor about its closed output', async () => {
    const end = await runCaptureChild(
      plan("trap '' INT PIPE; echo packets; while :; do sleep 0.05; done", { patience: 100 }),
      () => false,
      never,
    );
    expect(end).toMatchObject({ signal: 'SIGKILL', forced: true });
  });

  it('ends at once when aborted before it began', async () => {
    const abort = new AbortController();
    abort.abort();
    const end = await runCaptureChild(plan('while :; do sleep 0.05; done'), () => true, abort.signal);
    expect(end).toMatchObject({ signal: 'SIGINT', forced: false });
  });

  it('keeps a bounded part of what it says', async () => {
    const end = await runCaptureChild(plan('seq 1 200000 >&2'), () => true, never);
    expect(end.exitCode).toBe(0);
    expect(end.messages.length).toBeLessThan(200_000);
  });

  it('tells why it could not be started', async () => {
    expect(await runCaptureChild(plan('', { command: `${MISSING}/x` }), () => true, never)).toMatchObject({
      startError: 'ENOENT',
      bytes: 0,
    });
  });

  it('asks for untranslated messages, looks where only root does, and hands on no options of ours', async () => {
    let text = '';
    process.env['NODE_OPTIONS'] = '--no-warnings';
    try {
      await runCaptureChild(
        plan('echo "$LC_ALL|$PATH|$NODE_OPTIONS|"'),
        (chunk) => {
          text += chunk;
          return true;
        },
        never,
      );
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
    expect(text).toMatch(/^C\|.*:\/usr\/sbin:\/sbin\|\|\n$/);
  });
});
