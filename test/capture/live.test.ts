import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { type LiveSourceOptions, liveSource } from '../../src/capture/live.js';
import { readCapture } from '../../src/capture/read.js';
import { buildPcap } from '../support/capture-builder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();
const capture = buildPcap([Buffer.alloc(4), Buffer.alloc(5), Buffer.alloc(6)]);

/** A stand-in for tcpdump. In its script, `$CAPTURE` is the file of three packets. */
function fakeTcpdump(name: string, script: string): string {
  writeFileSync(at('capture.pcap'), capture);
  writeFileSync(at(name), `#!/bin/sh\nCAPTURE=${at('capture.pcap')}\n${script}\n`, { mode: 0o755 });
  return at(name);
}

/** A stand-in for our helper: `say(message)` and `write(bytes)` are there, and `capture`. */
function fakeHelper(name: string, script: string): string {
  writeFileSync(at('capture.pcap'), capture);
  const prelude = `import { readFileSync, writeSync } from 'node:fs';
    const say = (message) => writeSync(3, JSON.stringify(message) + '\\n');
    const capture = readFileSync(${JSON.stringify(at('capture.pcap'))});
    const write = (bytes) => writeSync(1, bytes);`;
  writeFileSync(at(name), `${prelude}\n${script}\n`);
  return at(name);
}

const listening = 'echo "tcpdump: listening on vpn0, link-type EN10MB (Ethernet), snapshot length 262144 bytes" >&2';
const counted =
  'printf "3 packets captured\\n7 packets received by filter\\n4 packets dropped by kernel\\n1 packet dropped by interface\\n" >&2';

/** Captures until the source ends, or until `stop` packets came, or until aborted once they did. */
async function run(options: Omit<LiveSourceOptions, 'device'>, stop?: { readonly after: number; readonly by: 'visitor' | 'abort' }) {
  const heard: string[] = [];
  const abort = new AbortController();
  let packets = 0;
  const source = liveSource({ device: 'vpn0', onListening: (line) => heard.push(line), ...options });
  const result = await readCapture(
    source,
    () => {
      packets++;
      if (stop === undefined || packets < stop.after) return true;
      if (stop.by === 'abort') abort.abort();
      return stop.by === 'abort';
    },
    { signal: abort.signal },
  );
  return { packets, heard, ...result.source };
}

const missing = { tcpdump: '/nonexistent/tcpdump' };

describe('tcpdump as source', () => {
  const method = 'tcpdump';

  it('delivers the stream, the counters and the line it begins with', async () => {
    const tcpdump = fakeTcpdump('whole', `${listening}; cat "$CAPTURE"; ${counted}`);
    expect(await run({ method, tcpdump })).toEqual({
      packets: 3,
      heard: ['listening on vpn0, link-type EN10MB (Ethernet), snapshot length 262144 bytes, through tcpdump'],
      counters: { received: 7, dropped: 4, interfaceDropped: 1 },
      notes: [],
    });
  });

  it('passes interface, sizes and filter as arguments of their own, whatever is in them', async () => {
    const tcpdump = fakeTcpdump('arguments', `for a in "$@"; do echo "<$a>" >> ${at('arguments.txt')}; done; ${listening}; cat "$CAPTURE"`);
    const filter = '-w /etc/passwd; $(reboot) udp port 500';
    await run({ method, tcpdump, filter, snapLength: 96, bufferSize: 1024 * 1024 });
    const { readFileSync } = await import('node:fs');
    const given = readFileSync(at('arguments.txt'), 'utf8').trim().split('\n');
    expect(given).toEqual(
      ['-p', '-n', '-s', '96', '-B', '1024', '-i', 'vpn0', '--time-stamp-precision=nano', '-U', '-w', '-', '--', filter].map(
        (a) => `<${a}>`,
      ),
    );
  });

  it('is asked to end by SIGINT once the visitor has enough, and still tells its counters', async () => {
    const tcpdump = fakeTcpdump('endless', `trap '${counted}; exit 0' INT; ${listening}; cat "$CAPTURE"; while :; do sleep 0.02; done`);
    expect(await run({ method, tcpdump }, { after: 2, by: 'visitor' })).toMatchObject({ packets: 2, counters: { received: 7 }, notes: [] });
  });

  it('goes on after Ctrl-C for as long as packets may wait in the kernel, then ends', async () => {
    const tcpdump = fakeTcpdump(
      'settle',
      `trap '${counted}; exit 0' INT; ${listening}; head -c 44 "$CAPTURE"; sleep 0.3; tail -c +45 "$CAPTURE"; while :; do sleep 0.02; done`,
    );
    expect(await run({ method, tcpdump }, { after: 1, by: 'abort' })).toMatchObject({ packets: 3, counters: { dropped: 4 }, notes: [] });
  });

  it('says so when tcpdump ends by itself, and keeps what came', async () => {
    const tcpdump = fakeTcpdump('crash', `${listening}; cat "$CAPTURE"; echo "tcpdump: pcap_loop: The interface disappeared" >&2; exit 1`);
    expect(await run({ method, tcpdump })).toMatchObject({
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
    const failed = run({ method, filter: 'foo bar', tcpdump: fakeTcpdump('refuses', script) });
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
    const failed = run({ method, ...missing });
    await expect(failed).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('tcpdump is not installed'),
      hint: expect.stringContaining('apt install tcpdump'),
    });
  });
});

describe('the pcap package as source', () => {
  const method = 'libpcap';
  const end = `say({ type: 'end', received: 9, dropped: 6, interfaceDropped: 0 })`;

  it('delivers the stream and the counters', async () => {
    const helper = fakeHelper('whole.mjs', `say({ type: 'listening' }); write(capture); ${end};`);
    expect(await run({ method, helper })).toEqual({
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
    expect(await run({ method, helper }, { after: 3, by })).toMatchObject({ packets: 3, counters: { dropped: 6 }, notes: [] });
  });

  it('a helper that never gets round to reading its input finds its output closed', async () => {
    const helper = fakeHelper(
      'starved.mjs',
      `say({ type: 'listening' }); write(capture);
       try { for (;;) write(capture.subarray(24)); } catch { ${end}; process.exit(); }`,
    );
    const { packets, counters, notes } = await run({ method, helper }, { after: 100, by: 'visitor' });
    expect(packets).toBe(100);
    expect(counters).toMatchObject({ received: 9 });
    expect(notes).toEqual(['packets still came faster than they could be taken when the capture ended']);
  });

  it('a helper that dies is not the death of us', async () => {
    const helper = fakeHelper(
      'dies.mjs',
      `say({ type: 'listening' }); write(capture.subarray(0, -3)); process.kill(process.pid, 'SIGKILL');`,
    );
    expect(await run({ method, helper })).toMatchObject({
      packets: 2,
      notes: ['the capture helper ended early (SIGKILL); how many packets were dropped is not known'],
    });
  });

  it('libpcap says no', async () => {
    const helper = fakeHelper('refused.mjs', `say({ type: 'refused', reason: 'vpn0: No such device exists' });`);
    await expect(run({ method, helper })).rejects.toThrow('there is no interface "vpn0"');
  });
});

describe('auto', () => {
  const unavailable = () => fakeHelper('unavailable.mjs', `say({ type: 'unavailable', reason: 'it is not installed or was not built' });`);
  const forbidden = () => fakeHelper('forbidden.mjs', `say({ type: 'refused', reason: 'socket: Operation not permitted' });`);

  it.each([
    ['is missing', unavailable],
    ['has no right, as tcpdump may have one of its own', forbidden],
    ['does not start', () => at('nosuch.mjs')],
  ])('takes tcpdump where the package %s', async (_, helper) => {
    const tcpdump = fakeTcpdump('instead', `${listening}; cat "$CAPTURE"`);
    expect(await run({ helper: helper(), tcpdump })).toMatchObject({ packets: 3 });
  });

  it('keeps the reason of the package where tcpdump is missing', async () => {
    await expect(run({ helper: forbidden(), ...missing })).rejects.toThrow('no right to capture on vpn0');
  });

  it('names both where there is neither', async () => {
    await expect(run({ helper: unavailable(), ...missing })).rejects.toThrow(
      'live capture is not possible: the npm package "pcap" cannot be used (it is not installed or was not built), and tcpdump is not installed',
    );
  });

  it('does not try a second time what the user got wrong', async () => {
    const helper = fakeHelper('badfilter.mjs', `say({ type: 'refused', reason: 'syntax error in filter expression: syntax error' });`);
    await expect(run({ helper, filter: 'foo', ...missing })).rejects.toThrow('the filter "foo"');
  });
});
