// Our end of many tunnels with static keys at once, as the product has it: what a single run of `probe peer` does not stay up for. Bundled,
// then started in the namespace with the configurations as a JSON argument in the first line of standard input; ends with it.
import { createInterface } from 'node:readline';
import { EchoClient } from '../../../src/engine/inner/echo-client.js';
import { Responder } from '../../../src/engine/inner/responder.js';
import { diagnoseData } from '../../../src/engine/openvpn/data/diagnose.js';
import { createMachine } from '../../../src/engine/openvpn/machine.js';
import { ProbeFacts } from '../../../src/probes/openvpn/shared/probe-facts.js';
import { TunnelLink } from '../../../src/probes/openvpn/shared/tunnel-link.js';
import { identifier } from '../../../src/probes/shared/ping.js';
import type { OpenvpnTunnel } from '../../../src/services/openvpn/tunnel.js';
import { readTunnel } from '../../../src/services/openvpn/tunnel.js';
import { systemClock } from '../../../src/transport/clock.js';
import { systemEnvironment } from '../../../src/transport/environment.js';
import { prepareKept } from '../../../src/transport/openssl.js';
import { connectOpenvpnTcp, openOpenvpnUdp } from '../../../src/transport/openvpn/sockets.js';
import { createTlsStack } from '../../../src/transport/tls.js';

/** One tunnel: a configuration of ours, and addresses inside. */
export interface TunnelOrder {
  readonly name: string;
  readonly file: string;
  readonly inner: readonly [ours: string, theirs: string];
  /** Bytes of the echo's IP packet. */
  readonly length: number;
}

/** What came of it. */
export interface TunnelAnswer {
  readonly name: string;
  readonly text: string;
  readonly received: number;
  /** Items of the options strings that differ; undefined: the peer did not say its own. */
  readonly options: readonly string[] | undefined;
  /** What packets that did not open show. */
  readonly differences: readonly string[];
}

const SOURCE = '198.51.100.1';
/** Milliseconds: for the first packet of the peer, and for echo. */
const PATIENCE = 30_000;
const noFlags = { ca: [], cert: [], crl: [] };

async function bringUp({ name, file, inner: [from, to], length }: TunnelOrder): Promise<TunnelAnswer> {
  const io = { ask: undefined, warn: () => {} };
  const tunnel: OpenvpnTunnel = await readTunnel(noFlags, { file, role: 'client' }, io);
  const [remote] = tunnel.remotes;
  if (remote === undefined) throw new TypeError('no remote');
  const facts = new ProbeFacts();
  const settings = tunnel.settings[remote.protocol];
  const responder = new Responder({ random: systemEnvironment.random, addresses: new Set([from]) });
  const link: TunnelLink = new TunnelLink({
    target: {
      host: remote.host,
      remotes: tunnel.remotes,
      settings: tunnel.settings,
      patience: PATIENCE,
      ...(tunnel.localPort === undefined ? {} : { localPort: tunnel.localPort }),
    },
    facts,
    clock: systemClock,
    environment: systemEnvironment,
    signal: new AbortController().signal,
    createTls: createTlsStack,
    createMachine: (own, traffic) => createMachine({ settings: own, traffic }, systemEnvironment),
    openSockets: ({ protocol, port }, address, source, local) =>
      protocol === 'udp'
        ? openOpenvpnUdp({ addresses: [source], port: local, remote: { address, port } })
        : connectOpenvpnTcp({ remote: { address, port }, milliseconds: PATIENCE }),
    resolve: async (host) => [host],
    route: async () => ({ source: SOURCE }),
    prepare: prepareKept,
    onInnerPacket: (packet) => {
      for (const answer of responder.answer(packet, systemClock.now())) link.sendInner(answer);
    },
  });
  facts.remote = remote;
  await link.open(remote, remote.host, SOURCE);
  link.connect();
  const opens = () => (link.counts?.packetsIn ?? 0) > 0;
  await link.waitFor(() => opens() || facts.unopenedCount >= 3, PATIENCE);
  const received = opens() ? await echo(link, from, to, length) : 0;
  if (received > 0) await link.waitFor(() => facts.options !== undefined, PATIENCE);
  const differences =
    facts.keys === undefined || settings.mode !== 'static'
      ? []
      : diagnoseData(
          { keys: facts.keys, halves: settings.key.halves, device: settings.device, second: Math.floor(Date.now() / 1000) },
          facts.unopened,
        );
  return {
    name,
    text: `${facts.unopenedCount} packets did not open${facts.unopenedWhy === undefined ? '' : `: ${facts.unopenedWhy.text}`}`,
    received,
    options: facts.options?.differences.map(({ option, ours, theirs }) => `${option}: ${ours} | ${theirs}`),
    differences: differences.map(({ what, ours, theirs }) => `${what}: ${ours} | ${theirs}`),
  };
}

/** The peer's device may come up behind its first packets. */
async function echo(link: TunnelLink, from: string, to: string, length: number): Promise<number> {
  const end = systemClock.now() + PATIENCE;
  for (;;) {
    const route = { src: from, dst: to };
    const client = new EchoClient({ route, identifier: identifier(link), count: 2, length, interval: 20, timeout: 1000 });
    const result = await link.run(client);
    if ((result?.received ?? 0) > 0 || systemClock.now() > end) return result?.received ?? 0;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const orders = JSON.parse(line) as readonly TunnelOrder[];
  await Promise.all(
    orders.map(async (order) => {
      const answer = await bringUp(order).catch((error: unknown): TunnelAnswer => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return { name: order.name, text, received: 0, options: undefined, differences: [] };
      });
      process.stdout.write(`${JSON.stringify(answer)}\n`);
    }),
  );
  process.stdout.write('{}\n');
}
process.exit();
