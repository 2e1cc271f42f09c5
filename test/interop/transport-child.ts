// Runs inside the namespaces of transport.test.ts. Bundled, then started as one of:
//   node transport-child.js icmp LOCAL REMOTE UNREACHABLE        prints what ICMP said, a line of JSON each
//   node transport-child.js forward LOCAL REMOTE INNER ROUTE     carries a TUN interface over UDP until its standard input ends
import { openRaw } from '../../src/transport/raw.js';
import { findRoute } from '../../src/transport/route.js';
import type { Arrival } from '../../src/transport/transport.js';
import { openTun } from '../../src/transport/tun.js';
import { openUdp } from '../../src/transport/udp.js';

const [mode, local = '', remote = '', third = '', route = ''] = process.argv.slice(2);
const print = (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function icmp(): Promise<void> {
  const udp = await openUdp({ addresses: [local], ports: { natt: 0 } });
  const raw = await openRaw({ addresses: [local] });
  const show = (by: string) => (arrival: Arrival) => {
    if (arrival.kind !== 'error') return;
    const { path, kind, ...said } = arrival;
    print({ by, to: path.remote.address, ...said });
  };
  udp.onArrival(show('udp'));
  raw.onArrival(show('raw'));
  udp.setFragmentation('probe');
  raw.setFragmentation('probe');
  const natt = udp.paths.natt ?? { address: local, port: 0 };
  const send = async (to: string, length: number) => {
    udp.sendMessage({ channel: 'natt', local: natt, remote: { address: to, port: 9999 } }, new Uint8Array(length));
    const path = { encapsulation: 'none', local: { address: local, port: 0 }, remote: { address: to, port: 0 } } as const;
    raw.sendEsp(path, 'esp', new Uint8Array(length).fill(1));
    await pause(300);
  };
  // Too big for the router's other link, then for nobody, then for our own link; then a place that the router has no way to.
  await send(remote, 1400);
  await send(remote, 100);
  await send(remote, 1600);
  await send(third, 100);
  const before = process.cpuUsage();
  await pause(1000);
  const { user, system } = process.cpuUsage(before);
  print({ idle: (user + system) / 1000 });
  await udp.close();
  await raw.close();
}

async function forward(): Promise<void> {
  const udp = await openUdp({ addresses: [local], ports: { natt: 4501 } });
  const tun = await openTun({ name: 'vpn0', addresses: [`${third}/32`], mtu: 1400, routes: [route, '0.0.0.0/1'], outside: [remote] });
  const path = {
    encapsulation: 'udp',
    local: udp.paths.natt ?? { address: '', port: 0 },
    remote: { address: remote, port: 4501 },
  } as const;
  const counts = { fromTun: 0, fromUdp: 0 };
  tun.onPacket((packet) => {
    counts.fromTun++;
    udp.sendEsp(path, 'esp', packet);
  });
  udp.onArrival((arrival) => {
    if (arrival.kind !== 'esp') return;
    counts.fromUdp++;
    tun.write(arrival.bytes);
  });
  print({ up: tun.name, ...(await findRoute(remote)) });
  const before = process.cpuUsage();
  process.stdin.resume().once('end', async () => {
    const { user, system } = process.cpuUsage(before);
    await tun.close();
    await udp.close();
    print({ ...counts, dropped: tun.dropped + udp.dropped, perPacket: (user + system) / (counts.fromTun + counts.fromUdp) });
  });
}

await (mode === 'icmp' ? icmp() : forward());
