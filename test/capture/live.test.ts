import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/bytes/errors.js';
import { liveSource } from '../../src/capture/live.js';
import { readCapture } from '../../src/capture/read.js';
import { captureStandIns, listening, noTcpdump, runLive } from '../support/capture-stand-ins.js';

const { at, fakeHelper, fakeTcpdump } = captureStandIns();

describe('liveSource, auto', () => {
  const unavailable = () => fakeHelper('unavailable.mjs', `say({ type: 'unavailable', reason: 'it is not installed or was not built' });`);
  const forbidden = () => fakeHelper('forbidden.mjs', `say({ type: 'refused', reason: 'socket: Operation not permitted' });`);

  it.each([
    ['is missing', unavailable],
    ['has no right, as tcpdump may have one of its own', forbidden],
    ['does not start', () => at('nosuch.mjs')],
  ])('takes tcpdump where the package %s', async (_, helper) => {
    const tcpdump = fakeTcpdump('instead', `${listening}; cat "$CAPTURE"`);
    expect(await runLive({ helper: helper(), tcpdump })).toMatchObject({ packets: 3 });
  });

  it('keeps the reason of the package where tcpdump is missing', async () => {
    await expect(runLive({ helper: forbidden(), ...noTcpdump })).rejects.toThrow('no right to capture on vpn0');
  });

  it('names both where there is neither', async () => {
    await expect(runLive({ helper: unavailable(), ...noTcpdump })).rejects.toThrow(
      'live capture is not possible: the npm package "pcap" cannot be used (it is not installed or was not built), and tcpdump is not installed',
    );
  });

  it('does not begin again with tcpdump when it had begun already', async () => {
    const helper = fakeHelper('begun.mjs', `say({ type: 'listening' }); write(capture); process.stdin.resume();`);
    const tcpdump = fakeTcpdump('again', `${listening}; cat "$CAPTURE"`);
    const seen: number[] = [];
    const failed = readCapture(liveSource({ device: 'vpn0', helper, tcpdump }), ({ frame }) => {
      seen.push(frame);
      throw new EnvironmentError('the disk is full');
    });
    await expect(failed).rejects.toThrow('the disk is full');
    expect(seen).toEqual([1]);
  });

  it('does not try a second time what the user got wrong', async () => {
    const helper = fakeHelper('badfilter.mjs', `say({ type: 'refused', reason: 'syntax error in filter expression: syntax error' });`);
    await expect(runLive({ helper, filter: 'foo', ...noTcpdump })).rejects.toThrow('the filter "foo"');
  });
});
