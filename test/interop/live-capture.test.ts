import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Live capture at 100,000 packets a second, in namespaces of our own. How many are lost is printed, and held to be few:
 *
 *   [ sender  vd-a 10.99.0.1 ] ==== veth ==== [ vd-b 10.99.0.2  capture ]      and lo of the second one
 */
/** What others do on the machine costs packets too: a run is repeated before a loss counts, and this part of them may be lost. */
const BUSY_RETRIES = 3;
const BUSY_LOSS = 0.2;
const SENT = 200_000;
const RATE = 100_000;
const sender = `vd-live-a-${process.pid}`;
const receiver = `vd-live-b-${process.pid}`;

/** UDP-encapsulated ESP of 116 bytes at a steady rate; what is late is sent at once. */
const SEND = `
import socket, struct, sys, time
to, count, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((to, 4500))
pack, pad, sent, start = struct.Struct('!II').pack, bytes(108), 0, time.monotonic()
while sent < count:
    due = min(count, int((time.monotonic() - start) * rate) + 1)
    while sent < due:
        sent += 1
        s.send(pack(0xd514eed9, sent) + pad)
    time.sleep(0.0005)
`;

/** Takes the packets, so that nobody answers that the port is closed; a full socket drops them, which is no loss to a capture. */
const SINK = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('0.0.0.0', 4500))
print('ready', flush=True)
time.sleep(3600)
`;

const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const lacking = [...(process.getuid?.() === 0 ? [] : ['root']), ...['ip', 'python3', 'tcpdump'].filter((command) => !has(command))];
const skipped = lacking.length === 0 ? '' : ` (skipped: needs ${lacking.join(', ')})`;

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

interface Outcome {
  readonly packets: number;
  readonly distinct: number;
  readonly secondsToEnd: number;
  readonly longestTurn: number;
  readonly notes: readonly string[];
  readonly counters: { readonly received: number; readonly dropped: number; readonly interfaceDropped: number };
}

/** As deep below the root as the sources are: the helper process is found relative to it. */
const script = fileURLToPath(new URL('../../dist/test/live-capture-child.js', import.meta.url));

async function bundleChild(): Promise<void> {
  const entry = fileURLToPath(new URL('live-capture-child.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile: script, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
}

/** Captures while `count` packets are sent, then asks the capture to end. */
async function capture(
  method: string,
  link: 'veth' | 'lo',
  options: { count?: number; work?: number; bufferSize?: number } = {},
): Promise<Outcome> {
  const ask = { device: link === 'veth' ? 'vd-b' : 'lo', method, ...options };
  const child = spawn('ip', ['netns', 'exec', receiver, process.execPath, script, JSON.stringify(ask)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect(await lines.next()).toMatchObject({ value: 'listening' });
  const from = link === 'veth' ? sender : receiver;
  const to = link === 'veth' ? '10.99.0.2' : '127.0.0.1';
  const send = spawn('ip', ['netns', 'exec', from, 'python3', '-c', SEND, to, `${options.count ?? SENT}`, `${RATE}`], { stdio: 'inherit' });
  expect((await once(send, 'exit'))[0]).toBe(0);
  child.stdin.end();
  const last = await lines.next();
  if (child.exitCode === null) await once(child, 'exit');
  return JSON.parse(last.value ?? '') as Outcome;
}

describe.skipIf(lacking.length > 0)(`live capture${skipped}`, () => {
  let sink: ChildProcess;

  beforeAll(async () => {
    await bundleChild();
    for (const namespace of [sender, receiver]) ip('netns', 'add', namespace);
    ip('link', 'add', 'vd-a', 'netns', sender, 'type', 'veth', 'peer', 'name', 'vd-b', 'netns', receiver);
    ip('-n', sender, 'addr', 'add', '10.99.0.1/24', 'dev', 'vd-a');
    ip('-n', receiver, 'addr', 'add', '10.99.0.2/24', 'dev', 'vd-b');
    ip('-n', sender, 'link', 'set', 'vd-a', 'up');
    for (const device of ['vd-b', 'lo']) ip('-n', receiver, 'link', 'set', device, 'up');
    sink = spawn('ip', ['netns', 'exec', receiver, 'python3', '-c', SINK], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(sink.stdout as NodeJS.ReadableStream, 'data');
  });

  afterAll(() => {
    sink?.kill();
    for (const namespace of [sender, receiver]) spawnSync('ip', ['netns', 'del', namespace]);
  });

  for (const method of ['libpcap', 'tcpdump']) {
    for (const link of ['veth', 'lo'] as const) {
      it(`${method} on ${link}: ${SENT} packets at ${RATE} a second`, { retry: BUSY_RETRIES }, async () => {
        const { packets, distinct, counters } = await capture(method, link);
        process.stdout.write(`${method} on ${link}: ${SENT - packets} of ${SENT} packets lost\n`);
        expect(counters.received).toBeLessThanOrEqual(SENT);
        expect(packets).toBeGreaterThan(SENT * (1 - BUSY_LOSS));
        expect(packets + counters.dropped).toBeLessThanOrEqual(counters.received);
        expect(distinct).toBe(packets);
      });
    }

    it(`${method}: overload is counted, and never a hang`, { retry: BUSY_RETRIES }, async () => {
      // 20 microseconds of work a packet are twice what there is time for.
      const { packets, counters, notes, secondsToEnd, longestTurn } = await capture(method, 'veth', {
        work: 20,
        bufferSize: 4 * 1024 * 1024,
        count: 400_000,
      });
      expect(counters.received).toBeGreaterThan(400_000 * (1 - BUSY_LOSS));
      expect(counters.dropped).toBeGreaterThan(0);
      const unread = counters.received - counters.dropped - packets;
      expect(unread).toBeGreaterThanOrEqual(0);
      expect(notes.join()).toMatch(unread > 0 ? new RegExp(`${unread} packets? w`) : /^$/);
      expect(secondsToEnd).toBeLessThan(30);
      expect(longestTurn).toBeLessThan(5000);
    });
  }

  it('leaves no process behind', () => {
    const { stdout } = spawnSync('ip', ['netns', 'pids', receiver], { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual([`${sink.pid}`]);
  });
});
