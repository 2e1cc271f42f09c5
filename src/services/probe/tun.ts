import { EnvironmentError } from '../../bytes/errors.js';
import { innerMtu } from '../../engine/esp/inner-mtu.js';
import { innerAddresses } from '../../probes/ike/shared/inner-addresses.js';
import type { ProbeFacts } from '../../probes/ike/shared/probe-facts.js';
import type { TunnelLink } from '../../probes/ike/shared/tunnel-link.js';
import type { ProbeTarget } from '../../probes/ike/target.js';
import { openTun, type TunDevice } from '../../transport/tun.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';

/** Where the kernel does not tell that of the path. */
const USUAL_MTU = 1500;
/** IPv6 does not run over less (RFC 8200 §5). */
const LEAST_MTU = { 4: 68, 6: 1280 } as const;
/** Looks that often whether the tunnel is still there, in milliseconds. */
const LOOK = 500;
/** RFC 3948 §4: a NAT forgets in no less time. */
const KEEPALIVE = 20_000;

/** `--tun NAME`: gives the tunnel to the host as an interface, until Ctrl-C or the end of the tunnel. */
export class TunBridge {
  #device: TunDevice | undefined;

  constructor(
    private readonly name: string,
    private readonly signal: AbortSignal,
    private readonly warn: (line: string) => void,
  ) {}

  /** A packet out of the tunnel that belongs to no test. */
  deliver(packet: Uint8Array): void {
    this.#device?.write(packet);
  }

  /** @throws UsageError, EnvironmentError */
  async hold(target: ProbeTarget, facts: ProbeFacts, link: TunnelLink): Promise<void> {
    const { child, address } = facts;
    const from = innerAddresses(target, facts)?.from;
    if (child === undefined || from === undefined || address === undefined)
      throw new EnvironmentError('there is no tunnel to give to the host');
    const v6 = from.includes(':');
    const { mtu: linkMtu = USUAL_MTU } = await link.route(address);
    const fits = innerMtu(child, linkMtu, address.includes(':') ? 6 : 4);
    const device = await openTun({
      name: this.name,
      addresses: [`${from}/${v6 ? 128 : 32}`],
      mtu: Math.max(Math.min(fits, facts.innerMtu ?? fits), LEAST_MTU[v6 ? 6 : 4]),
      routes: networksOf(child.remoteSelectors).filter((network) => network.includes(':') === v6),
      outside: [address],
    });
    this.#device = device;
    device.onPacket((packet) => link.sendInner(packet));
    const routes = networksOf(child.remoteSelectors).join(', ');
    this.warn(`vpndoctor: ${device.name} is up with ${from}, MTU ${device.mtu}, routes to ${routes}; Ctrl-C ends it`);
    const before = { sent: link.counters.sent, received: link.counters.received };
    const keepalives = facts.nat?.usBehindNat === true ? setInterval(() => link.sendKeepalive(), KEEPALIVE) : undefined;
    try {
      while (!this.signal.aborted && facts.down === undefined && facts.child !== undefined) await pause(LOOK, this.signal);
    } finally {
      clearInterval(keepalives);
      this.#device = undefined;
      await device.close();
      const { sent, received, dropped } = link.counters;
      const counts = [`${sent - before.sent} packets out`, `${received - before.received} in`];
      const drops = [...dropped].map(([text, count]) => `${count} dropped: ${text}`);
      if (device.dropped > 0) drops.push(`${device.dropped} that the host did not take`);
      this.warn(`vpndoctor: ${device.name} is gone, with its addresses and routes; ${[counts.join(', '), ...drops].join('; ')}`);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Networks as routes have them; ranges that are none are left out. */
function networksOf(selectors: Parameters<typeof selectorFacts>[0]['selectors']): readonly string[] {
  const texts = selectorFacts({ selectors }).map(({ text }) => text.replace(/\[.*\]$/, ''));
  return [...new Set(texts.filter((text) => /^[0-9a-f.:]+\/\d+$/i.test(text)))];
}
