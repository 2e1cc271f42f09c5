// Our initiator as the product has it, told what to do line by line: what a single run of `probe peer` does not stay up for. Bundled,
// then started in the namespace; each line of standard input is an order in JSON, each line of output its answer.
import { createInterface } from 'node:readline';
import type { IkeHappening } from '../../../src/engine/ike-machine.js';
import type { Ikev2Command } from '../../../src/engine/ikev2/happenings.js';
import { UdpProbe } from '../../../src/engine/inner/udp-probe.js';
import { ProbeFacts } from '../../../src/probes/ike/shared/probe-facts.js';
import { TunnelLink } from '../../../src/probes/ike/shared/tunnel-link.js';
import { ping } from '../../../src/probes/shared/ping.js';
import type { TunnelFlags } from '../../../src/services/settings/flags.js';
import { initiatorSettings } from '../../../src/services/settings/from-flags.js';
import { systemClock } from '../../../src/transport/clock.js';
import { systemEnvironment } from '../../../src/transport/environment.js';
import { createTlsStack } from '../../../src/transport/tls.js';
import { openUdp, type UdpTransport } from '../../../src/transport/udp.js';

/** A tunnel to be brought up. */
export interface TunnelOrder {
  readonly address: string;
  readonly source: string;
  readonly flags: Partial<TunnelFlags>;
  /** Addresses inside, ours and theirs. */
  readonly inner: readonly [string, string];
}

export type Order =
  | { readonly do: 'up'; readonly tunnel: TunnelOrder }
  | { readonly do: 'echo'; readonly count: number }
  /** A UDP datagram inside; the answer's data in hex. */
  | { readonly do: 'datagram'; readonly port: number; readonly data: string }
  /** Waits until so many happenings of this kind are there, since the tunnel was begun. */
  | { readonly do: 'wait'; readonly kind: IkeHappening['kind']; readonly count: number; readonly milliseconds: number }
  | { readonly do: 'rekey-child' | 'rekey-ike' | 'liveness' | 'down' }
  /** MOBIKE: from this address of ours on. */
  | { readonly do: 'move'; readonly source: string }
  /** Each tunnel up, echo, down; one line of answer for each. */
  | { readonly do: 'many'; readonly tunnels: readonly TunnelOrder[]; readonly parallel: number };

export interface Answer {
  readonly ok: boolean;
  readonly text: string;
  /** Of `many`: which one. */
  readonly number?: number;
}

const PATIENCE = { first: 1000, patience: 8000 };
const noFlags = { cert: [], ca: [], crl: [], eapMethod: [], localTs: [], remoteTs: [], child: true };
const tls = createTlsStack();

class Tunnel {
  readonly facts = new ProbeFacts();
  readonly happenings: IkeHappening[] = [];
  readonly #order: TunnelOrder;
  #link: TunnelLink | undefined;
  #transport: UdpTransport | undefined;

  constructor(order: TunnelOrder) {
    this.#order = order;
  }

  get link(): TunnelLink {
    if (this.#link === undefined) throw new TypeError('the tunnel is not up');
    return this.#link;
  }

  async up(): Promise<Answer> {
    const { address, source, flags } = this.#order;
    const ask = () => Promise.reject(new TypeError('no secret'));
    const { facts } = this;
    const tunnel = await initiatorSettings({ ...noFlags, ...flags }, address.includes(':') ? 6 : 4, PATIENCE, { ask, warn: () => {} });
    const target = {
      host: address,
      ports: { ike: 500, natt: 4500 },
      tunnel: { ...tunnel, settings: { ...tunnel.settings, encapsulation: 'force' as const } },
      patience: PATIENCE,
    };
    this.#link = new TunnelLink({
      target,
      facts,
      clock: systemClock,
      environment: systemEnvironment,
      signal: new AbortController().signal,
      tls,
      rawEsp: false,
      openTransport: async () => {
        this.#transport = await openUdp({ addresses: [source], ports: { ike: 0, natt: 0 } });
        return this.#transport;
      },
      resolve: async (host) => [host],
      route: async () => ({ source }),
      onHappening: (happening) => this.happenings.push(happening),
    });
    await this.#link.open(address, source);
    this.#link.initiate('ike');
    await this.#link.waitFor(
      () => facts.child !== undefined || facts.childRefusals.length > 0 || facts.down !== undefined,
      PATIENCE.patience * 2,
    );
    if (facts.child !== undefined) return { ok: true, text: 'up' };
    const refusal = facts.childRefusals[0]?.refusal ?? facts.refusal;
    return { ok: false, text: refusal === undefined ? 'no CHILD_SA' : `${refusal.exchange} ${refusal.code}: ${refusal.text}` };
  }

  async echo(count: number): Promise<Answer> {
    const [from, to] = this.#order.inner;
    const result = await ping(this.link, { from, to }, count, 1500);
    return { ok: result?.received === count, text: `${result?.text}; dropped: ${[...this.link.counters.dropped].join(', ')}` };
  }

  async datagram(port: number, data: string): Promise<Answer> {
    const [src, dst] = this.#order.inner;
    const probe = new UdpProbe({
      route: { src, dst },
      srcPort: port,
      dstPort: port,
      data: Buffer.from(data, 'hex'),
      timeout: 2000,
      tries: 3,
    });
    const result = await this.link.run(probe);
    if (result?.data === undefined) return { ok: false, text: `${result?.text}; dropped: ${[...this.link.counters.dropped].join(', ')}` };
    return { ok: true, text: Buffer.from(result.data).toString('hex') };
  }

  async wait(kind: IkeHappening['kind'], count: number, milliseconds: number): Promise<Answer> {
    const seen = () => this.happenings.filter((one) => one.kind === kind);
    const ok = await this.link.waitFor(() => seen().length >= count, milliseconds);
    return { ok, text: JSON.stringify(seen().map((one) => ('refusal' in one ? one.refusal?.text : one.kind))) };
  }

  command(command: Ikev2Command): void {
    this.link.command(command);
  }

  async move(source: string): Promise<Answer> {
    const { natt } = this.link.paths;
    if (natt === undefined || this.#transport === undefined) throw new TypeError('the tunnel is not up');
    await this.#transport.addAddress(source);
    this.command({ kind: 'update-addresses', path: { ...natt, local: { ...natt.local, address: source } } });
    return this.wait('path-changed', 1, 20_000);
  }

  async down(): Promise<Answer> {
    const { facts } = this;
    if (facts.down === undefined) this.command({ kind: 'delete-ike' });
    const ok = await this.link.waitFor(() => facts.down !== undefined, 10_000);
    await this.link.close();
    return { ok, text: facts.down?.refusal?.text ?? 'down' };
  }
}

let tunnel: Tunnel | undefined;

async function carryOut(order: Order): Promise<Answer> {
  if (order.do === 'many') return many(order.tunnels, order.parallel);
  if (order.do === 'up') {
    tunnel = new Tunnel(order.tunnel);
    return tunnel.up();
  }
  if (tunnel === undefined) throw new TypeError('no tunnel');
  const { facts } = tunnel;
  const sa = facts.sa === undefined ? {} : { sa: facts.sa };
  switch (order.do) {
    case 'echo':
      return tunnel.echo(order.count);
    case 'datagram':
      return tunnel.datagram(order.port, order.data);
    case 'wait':
      return tunnel.wait(order.kind, order.count, order.milliseconds);
    case 'move':
      return tunnel.move(order.source);
    case 'down':
      return tunnel.down();
    case 'rekey-child':
      tunnel.command({ ...sa, kind: 'rekey-child', spiIn: facts.child?.spiIn ?? 0 });
      return { ok: true, text: 'asked' };
    default:
      tunnel.command({ ...sa, kind: order.do });
      return { ok: true, text: 'asked' };
  }
}

async function many(orders: readonly TunnelOrder[], parallel: number): Promise<Answer> {
  let next = 0;
  const work = async () => {
    for (let number = next++; number < orders.length; number = next++) {
      const one = new Tunnel(orders[number] as TunnelOrder);
      let answer: Answer;
      try {
        answer = await one.up();
        if (answer.ok) answer = await one.echo(1);
        await one.down();
      } catch (error) {
        answer = { ok: false, text: (error as Error).message };
      }
      say({ ...answer, number });
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { ok: true, text: 'all done' };
}

function say(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    say(await carryOut(JSON.parse(line) as Order));
  } catch (error) {
    say({ ok: false, text: (error as Error).stack ?? String(error) });
  }
}
process.exit();
