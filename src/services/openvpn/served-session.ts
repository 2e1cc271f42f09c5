import { EnvironmentError } from '../../bytes/errors.js';
import type { TunnelParameters } from '../../engine/openvpn/happenings.js';
import type { HeldTunnel } from '../probe/tun.js';
import type { OfferedTunnel } from '../serve/tun.js';
import { type Carrier, interfaceMtu, network, traffic } from './held-tunnel.js';

/** The tunnel of one client, or with a static key of the other end. */
export class ServedSession implements OfferedTunnel {
  taker: OfferedTunnel['taker'];
  /** It has ended. */
  over = false;

  /** @param outside the peer's address */
  constructor(
    private readonly parameters: TunnelParameters,
    private readonly outside: string,
    private readonly carrier: Carrier,
  ) {}

  /** @throws EnvironmentError for a tunnel without addresses of its own */
  async held(): Promise<HeldTunnel> {
    const { parameters, outside, carrier } = this;
    const { ifconfig, ifconfigIpv6 } = parameters;
    const from = ifconfig?.local ?? ifconfigIpv6?.local.replace(/\/.*$/, '');
    const route = behind(parameters);
    if (from === undefined || route === undefined) throw new EnvironmentError('it has no addresses (ifconfig, server)');
    const v6 = from.includes(':');
    return {
      addresses: [`${from}/${v6 ? 128 : 32}`],
      mtu: await interfaceMtu(parameters, outside, carrier, v6),
      routes: [route],
      outside,
      isUp: () => !this.over,
      ...traffic(carrier),
    };
  }
}

/** Where the peer is: the address it was given, the other end of `ifconfig`, or its subnet. */
function behind({ ifconfig, ifconfigIpv6, peerAddress }: TunnelParameters): string | undefined {
  if (ifconfig === undefined) return ifconfigIpv6 && `${ifconfigIpv6.remote}/128`;
  if (peerAddress !== undefined) return `${peerAddress}/32`;
  const { local, remoteOrNetmask } = ifconfig;
  return remoteOrNetmask.startsWith('255.') ? network(local, remoteOrNetmask) : `${remoteOrNetmask}/32`;
}
