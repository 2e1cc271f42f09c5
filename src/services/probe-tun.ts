import { EnvironmentError } from '../bytes/errors.js';
import { innerMtu } from '../engine/esp/inner-mtu.js';
import { innerAddresses } from '../probes/shared/inner-addresses.js';
import type { ProbeFacts } from '../probes/shared/probe-facts.js';
import type { TunnelLink } from '../probes/shared/tunnel-link.js';
import type { ProbeTarget } from '../probes/target.js';
import { openTun, type TunDevice } from '../transport/tun.js';
import { selectorFacts } from '../wire/ike/selector-facts.js';

const LINK_MTU = 1500;
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
    const device = await openTun({
      name: this.name,
      addresses: [`${from}/${v6 ? 128 : 32}`],
      mtu: innerMtu(child, LINK_MTU, address.includes(':') ? 6 : 4),
      routes: networksOf(child.remoteSelectors).filter((network) => network.includes(':') === v6),
      outside: [address],
    });
    this.#device = device;
    device.onPacket((packet) => link.sendInner(packet));
    const routes = networksOf(child.remoteSelectors).join(', ');
    this.warn(`vpndoctor: ${device.name} is up with ${from}, MTU ${device.mtu}, routes to ${routes}; Ctrl-C ends it`);
    const keepalives = facts.nat?.usBehindNat === true ? setInterval(() => link.sendKeepalive(), KEEPALIVE) : undefined;
    try {
      while (!this.signal.aborted && facts.down === undefined && facts.child !== undefined) await pause(LOOK, this.signal);
    } finally {
      clearInterval(keepalives);
      this.#device = undefined;
      await device.close();
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
