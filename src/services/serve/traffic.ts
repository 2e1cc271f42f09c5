import { networkInterfaces } from 'node:os';
import { EnvironmentError } from '../../bytes/errors.js';
import type { ChildSa } from '../../engine/child-sa.js';
import type { Tunnel } from '../../engine/esp/tunnel.js';
import type { IkeSaId } from '../../engine/ike/sa-id.js';
import { hostWithin } from '../../probes/ike/shared/inner-addresses.js';
import { findRoute } from '../../transport/route.js';
import type { EspPath, Transport } from '../../transport/transport.js';
import { interfaceOf } from '../probe/held-child.js';
import type { HeldTunnel } from '../probe/tun.js';
import type { OfferedTunnel } from './tun.js';

/** What goes through one chain of CHILD_SAs, each the heir of the one before. */
export class Traffic implements OfferedTunnel {
  taker: OfferedTunnel['taker'];
  /** CHILD_SAs of the chain that are there. */
  generations = 0;
  received = 0;
  #sent = 0;
  readonly #dropped = new Map<string, number>();

  /**
   * @param sa that rekeys them
   * @param path of what we send: the one by which the peer was heard last
   */
  constructor(
    readonly tunnel: Tunnel,
    readonly child: ChildSa,
    public sa: IkeSaId,
    public path: EspPath,
    private readonly transport: Transport,
  ) {}

  /** An IP packet to the peer. */
  send(packet: Uint8Array): void {
    const sealed = this.tunnel.protect(packet);
    if (sealed.kind === 'refused') {
      const { code } = sealed.refusal;
      this.#dropped.set(code, (this.#dropped.get(code) ?? 0) + 1);
      return;
    }
    this.#sent++;
    this.transport.sendEsp(this.path, sealed.protocol, sealed.bytes);
  }

  /** @param ours addresses of the pools that are handed to nobody */
  async held(ours: readonly string[]): Promise<HeldTunnel> {
    const { child, path } = this;
    const family = child.remoteSelectors[0]?.start.length;
    const local = child.localSelectors.filter(({ start }) => start.length === family);
    const host = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
    const from = hostWithin(local, [...ours, path.local.address, ...host]);
    if (from === undefined) throw new EnvironmentError('its selectors have no address that could be ours');
    const outside = path.remote.address;
    const { mtu: linkMtu } = await findRoute(outside);
    return {
      ...interfaceOf(child, { from, outside, linkMtu }),
      send: (packet) => this.send(packet),
      isUp: () => this.generations > 0,
      counts: () => ({
        sent: this.#sent,
        received: this.received,
        drops: [...this.#dropped].map(([code, count]) => `${count} dropped: ${code}`),
      }),
    };
  }
}
