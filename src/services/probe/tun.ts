import { EnvironmentError } from '../../bytes/errors.js';
import type { Holding } from '../../probes/shared/run-probes.js';
import { checkInterfaceName, openTun, type TunDevice } from '../../transport/tun.js';

/** A tunnel that is up, as the host is to have it. */
export interface HeldTunnel {
  /** Ours inside: address and prefix length of each. */
  readonly addresses: readonly string[];
  readonly mtu: number;
  /** Networks that are reached through it. */
  readonly routes: readonly string[];
  /** Of the peer, which must be reached as before. */
  readonly outside: string;
  send(packet: Uint8Array): void;
  isUp(): boolean;
  /** Who or what ended it, once it is no longer up; where nobody says so it is the peer. */
  whyDown?(): string;
  /** Packets so far, and what was dropped in words. */
  counts(): { readonly sent: number; readonly received: number; readonly drops: readonly string[] };
  /** To be done now and then, so that a NAT does not forget us. */
  readonly keepalive?: { readonly interval: number; readonly send: () => void };
}

/** Looks that often whether the tunnel is still there, in milliseconds. */
const LOOK = 500;

/** Before a tunnel is brought up for it. @throws UsageError for a name that is none, EnvironmentError for who may not */
export function checkTun(name: string | undefined): void {
  if (name === undefined) return;
  checkInterfaceName(name);
  if (process.getuid?.() !== 0) {
    throw new EnvironmentError('--tun makes an interface of this host, which only root may', 'run it as root (sudo), or leave --tun out');
  }
}

/** `--tun NAME`: gives the tunnel to the host as an interface, until Ctrl-C or the end of the tunnel. */
export class TunBridge {
  readonly #interrupt = new AbortController();
  #device: TunDevice | undefined;
  #held = false;

  constructor(
    private readonly name: string,
    private readonly ctrlC: AbortSignal,
    private readonly warn: (line: string) => void,
  ) {
    ctrlC.addEventListener('abort', this.#onAbort, { once: true });
    if (ctrlC.aborted) this.#onAbort();
  }

  /** Ctrl-C for the probe itself: while the host has the tunnel it gives that back, and does not cut the probe short. */
  get signal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** A packet out of the tunnel that belongs to no test. */
  deliver(packet: Uint8Array): void {
    this.#device?.write(packet);
  }

  /** As a step of a run. @param held the tunnel that is up @throws what `hold` and it throw */
  step(held: () => Promise<HeldTunnel>): Holding {
    return { title: `tunnel on ${this.name}`, run: async () => this.hold(await held()) };
  }

  /** @returns why it ended, where it did so by itself @throws UsageError, EnvironmentError */
  async hold({ addresses, mtu, routes, outside, keepalive, ...tunnel }: HeldTunnel): Promise<string | undefined> {
    this.#held = true;
    const device = await openTun({ name: this.name, addresses, mtu, routes, outside: [outside] });
    this.#device = device;
    device.onPacket((packet) => tunnel.send(packet));
    const ours = addresses.map((address) => address.replace(/\/.*$/, '')).join(', ');
    this.warn(`vpndoctor: ${device.name} is up with ${ours}, MTU ${device.mtu}, routes to ${routes.join(', ')}; Ctrl-C ends it`);
    const before = tunnel.counts();
    const keepalives = keepalive && setInterval(keepalive.send, keepalive.interval);
    let why: string | undefined;
    try {
      while (!this.ctrlC.aborted && tunnel.isUp()) await pause(LOOK, this.ctrlC);
      if (!this.ctrlC.aborted) why = tunnel.whyDown?.() ?? 'the peer ended the tunnel';
    } finally {
      clearInterval(keepalives);
      this.#device = undefined;
      await device.close();
      const { sent, received, drops } = tunnel.counts();
      const counts = `${sent - before.sent} packets out, ${received - before.received} in`;
      const refused = device.dropped === 0 ? [] : [`${device.dropped} that the host did not take`];
      const because = why === undefined ? '' : `, because ${why}`;
      this.warn(`vpndoctor: ${device.name} is gone, with its addresses and routes${because}; ${[counts, ...drops, ...refused].join('; ')}`);
    }
    return why;
  }

  close(): void {
    this.ctrlC.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    if (!this.#held) this.#interrupt.abort();
  };
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
