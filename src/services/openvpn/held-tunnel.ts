import { EnvironmentError } from '../../bytes/errors.js';
import type { TunnelParameters } from '../../engine/openvpn/happenings.js';
import { innerAddresses } from '../../probes/openvpn/shared/inner-addresses.js';
import type { ProbeFacts } from '../../probes/openvpn/shared/probe-facts.js';
import type { TunnelLink } from '../../probes/openvpn/shared/tunnel-link.js';
import type { ProbeTarget } from '../../probes/openvpn/target.js';
import { parseIpv4 } from '../../wire/ip/address.js';
import { LEAST_MTU, USUAL_MTU, udpIpHeaders } from '../../wire/ip/sizes.js';
import type { HeldTunnel } from '../probe/tun.js';

const ETHERNET_HEADER = 14;

/** What of a link carries the tunnel. */
export type Carrier = Pick<TunnelLink, 'route' | 'room' | 'sendInner' | 'counts'>;

/**
 * A tunnel of OpenVPN for the host, with its networks and those that were pushed.
 * @param ipv6 whether the host takes an address of IPv6 beside one of IPv4
 * @throws EnvironmentError when there is none
 */
export async function heldTunnel(target: ProbeTarget, facts: ProbeFacts, link: Carrier, ipv6: boolean): Promise<HeldTunnel> {
  const { parameters, address } = facts;
  const inner = innerAddresses(target, facts);
  if (parameters === undefined || inner === undefined || address === undefined)
    throw new EnvironmentError('there is no tunnel to give to the host');
  const v6 = inner.from.includes(':');
  const other = v6 || ipv6 ? otherAddress(parameters, v6) : undefined;
  const versions = other === undefined ? [v6] : [v6, !v6];
  const carried = traffic(link);
  return {
    addresses: [inner.from, ...(other === undefined ? [] : [other])].map(alone),
    mtu: await interfaceMtu(parameters, address, link, versions.includes(true)),
    routes: [...new Set([alone(inner.to), ...versions.flatMap((six) => (six ? routes6(facts) : routes4(facts)))])],
    outside: address,
    isUp: () => {
      // So that they are as of the last look when it ends.
      carried.counts();
      return facts.ended === undefined;
    },
    whyDown: () => facts.ended?.refusal?.text ?? 'the peer ended the tunnel',
    ...carried,
  };
}

/** Our address of the other version of IP, where a server gives both; frames of tap are made for one. */
function otherAddress({ device, ifconfig, ifconfigIpv6 }: TunnelParameters, v6: boolean): string | undefined {
  if (device === 'tap') return undefined;
  return v6 ? ifconfig?.local : ifconfigIpv6?.local.replace(/\/.*$/, '');
}

/** An address as the network of it alone. */
function alone(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

/** Bytes of the largest packet inside that goes out whole, no more than the tunnel's own MTU. @param outside the peer's address */
export async function interfaceMtu(
  { device, tunMtu }: Pick<TunnelParameters, 'device' | 'tunMtu'>,
  outside: string,
  carrier: Pick<Carrier, 'route' | 'room'>,
  v6: boolean,
): Promise<number> {
  const { mtu: linkMtu = USUAL_MTU } = await carrier.route(outside);
  const frame = device === 'tap' ? ETHERNET_HEADER : 0;
  // Over TCP nothing need fit, and the figure makes one segment of it.
  const fits = carrier.room(linkMtu - udpIpHeaders(outside)) - frame;
  return Math.max(Math.min(fits, tunMtu), LEAST_MTU[v6 ? 6 : 4]);
}

/** What goes through, and how much did. */
export function traffic(carrier: Pick<Carrier, 'sendInner' | 'counts'>): Pick<HeldTunnel, 'send' | 'counts'> {
  // Of a session that has ended none are to be had any more: those that were asked for last stay.
  let last: Carrier['counts'];
  return {
    send: (packet) => carrier.sendInner(packet),
    counts: () => {
      last = carrier.counts ?? last;
      const { packetsIn = 0, packetsOut = 0, drops } = last ?? {};
      const words = [...(drops ?? [])].map(([, { count, text }]) => `${count} dropped: ${text}`);
      return { sent: packetsOut, received: packetsIn, drops: words };
    },
  };
}

/** The subnet of `ifconfig`, and `route NETWORK [NETMASK]`; a default route is the host's own affair. */
function routes4({ parameters, push }: ProbeFacts): readonly string[] {
  const { ifconfig, topology, device } = parameters ?? {};
  const own =
    ifconfig === undefined || (topology !== 'subnet' && device !== 'tap') ? [] : [network(ifconfig.local, ifconfig.remoteOrNetmask)];
  const pushed = (push?.options ?? []).flatMap((option) => {
    const [word, to = '', netmask = '255.255.255.255'] = option.split(/\s+/);
    return word === 'route' ? [network(to, netmask)] : [];
  });
  return [...own, ...pushed].filter((one) => one !== undefined);
}

function routes6({ parameters, push }: ProbeFacts): readonly string[] {
  const local = parameters?.ifconfigIpv6?.local;
  const pushed = (push?.options ?? []).flatMap((option) => /^route-ipv6\s+([0-9a-f:.]+\/\d+)/i.exec(option)?.[1] ?? []);
  return [...(local?.includes('/') === true ? [local] : []), ...pushed].filter((route) => !route.endsWith('/0'));
}

/** Undefined for what is no network, and for everything. */
export function network(address: string, netmask: string): string | undefined {
  const [base, mask] = [parseIpv4(address), parseIpv4(netmask)];
  if (base === undefined || mask === undefined || mask === 0) return undefined;
  const bits = Math.clz32(~mask >>> 0);
  if (mask !== (0xffff_ffff << (32 - bits)) >>> 0) return undefined;
  const first = (base & mask) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 0xff).join('.')}/${bits}`;
}
