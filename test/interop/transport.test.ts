import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Real ICMP and real interfaces, in namespaces of our own:
 *
 *   [ a  10.99.1.1 fd99:1::1 ] ==== 1500 ==== [ r  .254 ::fe ] ==== 1300 ==== [ b  10.99.2.1 fd99:2::1 ]
 *
 * r knows no way to 10.99.7.0/24, and forbids fd99:7::/64.
 */
const [a, r, b] = ['a', 'r', 'b'].map((end) => `vd-tr-${end}-${process.pid}`) as [string, string, string];

const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const lacking = [...(process.getuid?.() === 0 ? [] : ['root']), ...['ip', 'ping', 'iperf3'].filter((command) => !has(command))];
const skipped = lacking.length === 0 ? '' : ` (skipped: needs ${lacking.join(', ')})`;

const script = fileURLToPath(new URL('../../dist/test/transport-child.js', import.meta.url));

function run(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(words[0] ?? '', words.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}

const inside = (namespace: string, ...words: string[]) => run('ip', 'netns', 'exec', namespace, ...words);

function link(left: string, right: string, name: string, mtu: number, network: number): void {
  run(
    'ip',
    'link',
    'add',
    name,
    'netns',
    left,
    'mtu',
    String(mtu),
    'type',
    'veth',
    'peer',
    'name',
    name,
    'netns',
    right,
    'mtu',
    String(mtu),
  );
  for (const [namespace, host] of [
    [left, left === r ? ['254', 'fe'] : ['1', '1']],
    [right, right === r ? ['254', 'fe'] : ['1', '1']],
  ] as const) {
    run('ip', '-n', namespace, 'address', 'add', `10.99.${network}.${host[0]}/24`, 'dev', name);
    run('ip', '-n', namespace, 'address', 'add', `fd99:${network}::${host[1]}/64`, 'dev', name, 'nodad');
    run('ip', '-n', namespace, 'link', 'set', name, 'up');
  }
}

function start(namespace: string, ...words: string[]): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, script, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { child, lines: createInterface(child.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]() };
}

async function next(lines: AsyncIterator<string>): Promise<Record<string, unknown>> {
  return JSON.parse((await lines.next()).value) as Record<string, unknown>;
}

describe.skipIf(lacking.length > 0)(`transports in namespaces${skipped}`, () => {
  beforeAll(async () => {
    const entry = fileURLToPath(new URL('transport-child.ts', import.meta.url));
    await build({ entryPoints: [entry], outfile: script, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
    for (const namespace of [a, r, b]) {
      run('ip', 'netns', 'add', namespace);
      run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    }
    inside(
      r,
      'sysctl',
      '-qw',
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'net.ipv4.icmp_ratelimit=0',
      'net.ipv6.icmp.ratelimit=0',
    );
    link(a, r, 'wire1', 1500, 1);
    link(b, r, 'wire2', 1300, 2);
    run('ip', '-n', r, 'route', 'add', 'unreachable', '10.99.7.0/24');
    run('ip', '-n', r, '-6', 'route', 'add', 'prohibit', 'fd99:7::/64');
    for (const [namespace, network] of [
      [a, 1],
      [b, 2],
    ] as const) {
      run('ip', '-n', namespace, 'route', 'add', 'default', 'via', `10.99.${network}.254`);
      run('ip', '-n', namespace, '-6', 'route', 'add', 'default', 'via', `fd99:${network}::fe`);
    }
  });

  afterAll(() => {
    for (const namespace of [a, r, b]) spawnSync('ip', ['netns', 'delete', namespace]);
  });

  it.each([
    ['10.99.1.1', '10.99.2.1', '10.99.7.7', '10.99.1.254', ['fragmentation needed', 'protocol unreachable', 'host-unreachable']],
    ['fd99:1::1', 'fd99:2::1', 'fd99:7::7', 'fd99:1::fe', ['packet too big', 'parameter problem: unrecognized next header', 'prohibited']],
  ] as const)('%s: what ICMP says reaches us, with its sender', (local, remote, nowhere, router, [tooBig, protocol, reason]) => {
    const said = inside(a, process.execPath, script, 'icmp', local, remote, nowhere)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const idle = said.pop();
    const of = (by: string, to: string) => said.filter((line) => line['by'] === by && line['to'] === to);
    expect(of('udp', remote)).toMatchObject([
      { reason: 'too-big', mtu: 1300, from: router, text: tooBig },
      { reason: 'port-unreachable', from: remote, text: 'port unreachable' },
      { reason: 'too-big', mtu: 1500 },
    ]);
    expect(of('raw', remote)).toMatchObject([
      { reason: 'too-big', mtu: 1300, from: router, text: tooBig },
      { reason: 'other', from: remote, text: protocol },
      { reason: 'too-big' },
    ]);
    for (const by of ['udp', 'raw']) expect(of(by, nowhere)).toMatchObject([{ reason, from: router }]);
    // Errors that nobody had fetched would wake the event loop without end.
    expect(idle?.['idle']).toBeLessThan(200);
  });

  it('TUN over UDP: what goes in at one end comes out at the other, at what rate, and nothing is left', async () => {
    const ends = [
      start(a, 'forward', '10.99.1.1', '10.99.2.1', '10.98.0.1', '10.98.0.2/32'),
      start(b, 'forward', '10.99.2.1', '10.99.1.1', '10.98.0.2', '10.98.0.1/32'),
    ];
    for (const { lines } of ends) expect(await next(lines)).toMatchObject({ up: 'vpn0', interface: expect.stringMatching(/^wire/) });
    expect(inside(a, 'ping', '-c', '20', '-i', '0.02', '-W', '5', '10.98.0.2')).toContain(' 0% packet loss');
    const server = spawn('ip', ['netns', 'exec', b, 'iperf3', '-s', '-1', '-B', '10.98.0.2', '--forceflush'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(server.stdout, 'data');
    const report = JSON.parse(inside(a, 'iperf3', '-c', '10.98.0.2', '-t', '3', '-J')) as {
      end: { sum_received: { bits_per_second: number } };
    };
    const rate = report.end.sum_received.bits_per_second / 1e6;
    const counts = [];
    for (const { child, lines } of ends) {
      child.stdin?.end();
      counts.push(await next(lines));
      await once(child, 'exit');
    }
    process.stdout.write(
      `TUN over UDP, no encryption: ${rate.toFixed(0)} Mbit/s; microseconds a packet ${counts.map((c) => Number(c['perPacket']).toFixed(1)).join(' and ')}\n`,
    );
    expect(rate).toBeGreaterThan(10);
    // A busy machine may fill a socket's buffer.
    for (const { dropped, fromTun, fromUdp } of counts) expect(Number(dropped)).toBeLessThan((Number(fromTun) + Number(fromUdp)) / 100);
    // The route that kept the peer outside of the tunnel is gone, as the interface is.
    expect(run('ip', '-n', a, 'route')).not.toMatch(/10\.99\.2\.1 |vpn0/);
  });
});
