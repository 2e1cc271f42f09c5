import { type JsonObject, number, object, objects, text, texts } from './json-output.js';

export interface InterfaceAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  /** Prefix length. */
  readonly prefix: number;
  /** `global`, `link`, `host`, `site`. */
  readonly scope: string;
  /** The other end of a point-to-point link. */
  readonly peer?: string;
}

export interface Interface {
  readonly index: number;
  readonly name: string;
  /** Administratively up. */
  readonly up: boolean;
  readonly loopback: boolean;
  readonly mtu: number;
  /** `UP`, `LOWER_UP`, `POINTOPOINT` … */
  readonly flags: readonly string[];
  /** `vti`, `vti6`, `xfrm`, `tun`, `bridge`, `veth`, `vlan`, `wireguard` …; absent for hardware. */
  readonly kind?: string;
  /** The bridge or bond it belongs to. */
  readonly master?: string;
  /** XFRM interface id. */
  readonly ifId?: number;
  readonly addresses: readonly InterfaceAddress[];
}

/** Objects of `ip -d -j addr`. */
export function parseInterfaces(list: readonly JsonObject[]): readonly Interface[] {
  return list.flatMap((entry) => {
    const name = text(entry, 'ifname');
    if (name === undefined) return [];
    const flags = texts(entry, 'flags');
    const info = object(entry, 'linkinfo');
    const kind = text(info, 'info_kind');
    const master = text(entry, 'master');
    const ifId = number(object(info, 'info_data'), 'if_id');
    return [
      {
        index: number(entry, 'ifindex') ?? 0,
        name,
        up: flags.includes('UP'),
        loopback: flags.includes('LOOPBACK'),
        mtu: number(entry, 'mtu') ?? 0,
        flags,
        ...(kind !== undefined && { kind }),
        ...(master !== undefined && { master }),
        ...(ifId !== undefined && { ifId }),
        addresses: objects(entry, 'addr_info').flatMap(parseAddress),
      },
    ];
  });
}

function parseAddress(entry: JsonObject): InterfaceAddress[] {
  const family = text(entry, 'family');
  const address = text(entry, 'local');
  if (address === undefined || (family !== 'inet' && family !== 'inet6')) return [];
  const peer = text(entry, 'address');
  return [
    {
      family: family === 'inet' ? 'ipv4' : 'ipv6',
      address,
      prefix: number(entry, 'prefixlen') ?? (family === 'inet' ? 32 : 128),
      scope: text(entry, 'scope') ?? 'global',
      ...(peer !== undefined && { peer }),
    },
  ];
}
