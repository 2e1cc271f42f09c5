import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { liveSource } from '../../src/capture/live.js';
import { readCapture } from '../../src/capture/read.js';
import { captureStandIns, counted, listening, noTcpdump, runLive } from '../support/capture-stand-ins.js';

const { at, fakeTcpdump } = captureStandIns();

describe('tcpdumpSource', () => {
  const method = 'tcpdump';

  it('delivers the stream, the counters and the line it begins with', async () => {
    const tcpdump = fakeTcpdump('whole', `${listening}; cat "$CAPTURE"; ${counted}`);
    expect(await runLive({ method, tcpdump })).toEqual({
      packets: 3,
      heard: ['listening on vpn0, link-type EN10MB (Ethernet), snapshot length 262144 bytes, through tcpdump'],
      counters: { received: 7, dropped: 4, interfaceDropped: 1 },
      notes: [],
    });
  });

  it('passes interface, sizes and filter as arguments of their own, whatever is in them', async () => {
    const tcpdump = fakeTcpdump('arguments', `for a in "$@"; do echo "<$a>" >> ${at('arguments.txt')}; done; ${listening}; cat "$CAPTURE"`);
    const filter = '-w /etc/passwd; $(reboot) udp port 500';
    await runLive({ method, tcpdump, filter, snapLength: 96, bufferSize: 1024 * 1024 });
    const given = readFileSync(at('arguments.txt'), 'utf8').trim().split('\n');
    expect(given).toEqual(
      ['-p', '-n', '-s', '96', '-B', '1024', '-i', 'vpn0', '--time-stamp-precision=nano', '-U', '-w', '-', '--', filter].map(
        (a) => `<${a}>`,
      ),
    );
  });

  it('is asked to end by SIGINT once the visitor has enough, and still tells its counters', async () => {
    const tcpdump = fakeTcpdump('endless', `trap '${counted}; exit 0' INT; ${listening}; cat "$CAPTURE"; while :; do sleep 0.02; done`);
    expect(await runLive({ method, tcpdump }, { after: 2, by: 'visitor' })).toMatchObject({
      packets: 2,
      counters: { received: 7 },
      notes: [],
    });
  });

  it('goes on after Ctrl-C for as long as packets may wait in the kernel, then ends', async () => {
    const tcpdump = fakeTcpdump(
      'settle',
      `trap '${counted}; exit 0' INT; ${listening}; head -c 44 "$CAPTURE"; sleep 0.3; tail -c +45 "$CAPTURE"; while :; do sleep 0.02; done`,
    );
    expect(await runLive({ method, tcpdump }, { after: 1, by: 'abort' })).toMatchObject({
      packets: 3,
      counters: { dropped: 4 },
      notes: [],
    });
  });

  it('says so when tcpdump ends by itself, and keeps what came', async () => {
    const tcpdump = fakeTcpdump('crash', `${listening}; cat "$CAPTURE"; echo "tcpdump: pcap_loop: The interface disappeared" >&2; exit 1`);
    expect(await runLive({ method, tcpdump })).toMatchObject({
      packets: 3,
      notes: ['tcpdump ended early (with status 1): pcap_loop: The interface disappeared'],
    });
  });

  it.each([
    ['no such interface', 'echo "tcpdump: vpn0: No such device exists" >&2; exit 1', UsageError, /there is no interface "vpn0"/],
    ['no right', 'echo "tcpdump: vpn0: You don\'t have permission to capture on that device" >&2; exit 1', EnvironmentError, /no right/],
    [
      'a bad filter',
      'echo "tcpdump: can\'t parse filter expression: syntax error" >&2; exit 1',
      UsageError,
      /the filter "foo bar": syntax error/,
    ],
  ])('%s', async (_, script, kind, message) => {
    const failed = runLive({ method, filter: 'foo bar', tcpdump: fakeTcpdump('refuses', script) });
    await expect(failed).rejects.toBeInstanceOf(kind);
    await expect(failed).rejects.toThrow(message);
  });

  it('an error of the visitor ends tcpdump and comes out', async () => {
    const tcpdump = fakeTcpdump('victim', `trap '' INT; ${listening}; cat "$CAPTURE"; while :; do sleep 0.02; done`);
    const failed = readCapture(liveSource({ device: 'vpn0', method, tcpdump }), () => {
      throw new RangeError('of the visitor');
    });
    await expect(failed).rejects.toThrow('of the visitor');
  });

  it('names the package to install where there is none', async () => {
    const failed = runLive({ method, ...noTcpdump });
    await expect(failed).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('tcpdump is not installed'),
      hint: expect.stringContaining('apt install tcpdump'),
    });
  });
});
