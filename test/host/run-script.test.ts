import { describe, expect, it } from 'vitest';
import { runScript } from '../../src/host/run-script.js';

describe('running a script', () => {
  it('gives what it printed, on both streams, and its status', async () => {
    expect(await runScript('echo one; echo two >&2; exit 3\n')).toEqual({ output: 'one\ntwo\n', status: 3 });
  });

  it('stands a shell that leaves before it read everything', async () => {
    expect(await runScript(`exit 0\n${'# long\n'.repeat(100_000)}`)).toEqual({ output: '', status: 0 });
  });

  it('keeps a bounded part of endless output', async () => {
    const { output, status } = await runScript('yes | head -c 3000000\n');
    expect(status).toBe(0);
    expect(output.length).toBeLessThan(1_200_000);
  });
});
