import { describe, expect, it } from 'vitest';
import { captureStandIns, runLive } from '../support/capture-stand-ins.js';

const { fakeHelper } = captureStandIns();

describe('libpcapSource', () => {
  const method = 'libpcap';
  const end = `say({ type: 'end', received: 9, dropped: 6, interfaceDropped: 0 })`;

  it('delivers the stream and the counters', async () => {
    const helper = fakeHelper('whole.mjs', `say({ type: 'listening' }); write(capture); ${end};`);
    expect(await runLive({ method, helper })).toEqual({
      packets: 3,
      heard: ['listening on vpn0, snapshot length 262144 bytes, through the pcap package'],
      counters: { received: 9, dropped: 6, interfaceDropped: 0 },
      notes: [],
    });
  });

  it.each(['visitor', 'abort'] as const)('is asked to end by closing its standard input (%s)', async (by) => {
    const helper = fakeHelper(
      'endless.mjs',
      `say({ type: 'listening' }); write(capture); process.stdin.on('end', () => { ${end}; process.exit(); }).resume();`,
    );
    expect(await runLive({ method, helper }, { after: 3, by })).toMatchObject({ packets: 3, counters: { dropped: 6 }, notes: [] });
  });

  it('a helper that never gets round to reading its input finds its output closed', async () => {
    const helper = fakeHelper(
      'starved.mjs',
      `say({ type: 'listening' }); write(capture);
       try { for (;;) write(capture.subarray(24)); } catch { ${end}; process.exit(); }`,
    );
    const { packets, counters, notes } = await runLive({ method, helper }, { after: 100, by: 'visitor' });
    expect(packets).toBe(100);
    expect(counters).toMatchObject({ received: 9 });
    expect(notes).toEqual(['packets still came faster than they could be taken when the capture ended']);
  });

  it('a helper that dies is not the death of us', async () => {
    const helper = fakeHelper(
      'dies.mjs',
      `say({ type: 'listening' }); write(capture.subarray(0, -3)); process.kill(process.pid, 'SIGKILL');`,
    );
    expect(await runLive({ method, helper })).toMatchObject({
      packets: 2,
      notes: ['the capture helper ended early (SIGKILL); how many packets were dropped is not known'],
    });
  });

  it('libpcap says no', async () => {
    const helper = fakeHelper('refused.mjs', `say({ type: 'refused', reason: 'vpn0: No such device exists' });`);
    await expect(runLive({ method, helper })).rejects.toThrow('there is no interface "vpn0"');
  });
});
