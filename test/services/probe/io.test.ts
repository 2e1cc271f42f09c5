import { describe, expect, it } from 'vitest';
import { processIo } from '../../../src/services/probe/io.js';

describe('processIo', () => {
  // A lost connection sends SIGHUP: what was set up at the peer is deleted then too.
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends a probe in order', (signal) => {
    const { signal: interrupt } = processIo();
    const before = interrupt.aborted;
    process.emit(signal, signal);
    expect([before, interrupt.aborted]).toEqual([false, true]);
    for (const other of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(other);
  });
});
