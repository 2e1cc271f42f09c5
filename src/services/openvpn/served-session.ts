import { EnvironmentError } from '../../bytes/errors.js';
import type { TunnelParameters } from '../../engine/openvpn/happenings.js';
import { parseIpv4 } from '../../wire/ip/address.js';
import type { HeldTunnel } from '../probe/tun.js';
import type { OfferedTunnel } from '../serve/tun.js';
import { type Carrier, interfaceMtu, network, traffic } from './held-tunnel.js';

const IPV4_HEADER = 20;
const SOURCE_AT = 12;

/** The tunnel of one client, or with a static key of the other end. */
export class ServedSession implements OfferedTunnel {
  taker: OfferedTunnel['taker'];
  /** It has ended. */
  over = false;
  /** The only one that packets of a routed client may come from; undefined: any. */
  readonly #source: number | undefined;
  /** Packets that came from another one. */
  #strange = 0;

  /** @param outside the peer's address */
  constructor(
    private readonly parameters: TunnelParameters,
    private readonly outside: string,
    private readonly carrier: Carrier,
  ) {
    const { device, peerAddress } = parameters;
    this.#source = device === 'tap' || peerAddress === undefined ? undefined : parseIpv4(peerAddress);
  }

  /** Gives the host an IP packet of the client, which may not pass for somebody else there (`multi.c`, "bad source address from client"). */
  give(packet: Uint8Array): void {
    if (this.#source === undefined || this.#source === sourceOf(packet)) this.taker?.(packet);
    else this.#strange++;
  }

  /** @throws EnvironmentError for a tunnel without addresses of its own */
  async held(): Promise<HeldTunnel> {
    const { parameters, outside, carrier } = this;
    const { ifconfig, ifconfigIpv6 } = parameters;
    const from = ifconfig?.local ?? ifconfigIpv6?.local.replace(/\/.*$/, '');
    const route = behind(parameters);
    if (from === undefined || route === undefined) throw new EnvironmentError('it has no addresses (ifconfig, server)');
    const v6 = from.includes(':');
    const { send, counts } = traffic(carrier);
    return {
      addresses: [`${from}/${v6 ? 128 : 32}`],
      mtu: await interfaceMtu(parameters, outside, carrier, v6),
      routes: [route],
      outside,
      isUp: () => !this.over,
      send,
      counts: () => {
        const seen = counts();
        const strange = this.#strange === 0 ? [] : [`${this.#strange} dropped: from another address than the client's`];
        return { ...seen, drops: [...seen.drops, ...strange] };
      },
    };
  }
}

/** Of IPv4; undefined for what is cut, or another version. */
function sourceOf(packet: Uint8Array): number | undefined {
  if (packet.length < IPV4_HEADER || (packet[0] as number) >> 4 !== 4) return undefined;
  return new DataView(packet.buffer, packet.byteOffset).getUint32(SOURCE_AT);
}

/** Where the peer is: the address it was given, the other end of `ifconfig`, or its subnet. */
function behind({ ifconfig, ifconfigIpv6, peerAddress }: TunnelParameters): string | undefined {
  if (ifconfig === undefined) return ifconfigIpv6 && `${ifconfigIpv6.remote}/128`;
  if (peerAddress !== undefined) return `${peerAddress}/32`;
  const { local, remoteOrNetmask } = ifconfig;
  return remoteOrNetmask.startsWith('255.') ? network(local, remoteOrNetmask) : `${remoteOrNetmask}/32`;
}
