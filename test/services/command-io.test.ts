import { describe, expect, it } from 'vitest';
import { interruption, processOutput } from '../../src/services/command-io.js';

describe('the output of the process', () => {
  it.each(['stdout', 'stderr'] as const)('%s: what decides on colour and width is that of the stream', (stream) => {
    const { isTTY, columns, env } = processOutput(stream);
    expect([isTTY, columns]).toEqual([process[stream].isTTY === true, process[stream].columns]);
    expect(env).toBe(process.env);
  });
});

describe('interruption', () => {
  it('comes with the first of its signals, and leaves the second to the process', () => {
    const before = process.listenerCount('SIGTERM');
    const signal = interruption(['SIGTERM']);
    expect([signal.aborted, process.listenerCount('SIGTERM')]).toEqual([false, before + 1]);
    process.emit('SIGTERM', 'SIGTERM');
    expect([signal.aborted, process.listenerCount('SIGTERM')]).toEqual([true, before]);
  });

  it('never comes where no signal is named', () => {
    const before = process.listenerCount('SIGINT');
    expect(interruption([]).aborted).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
