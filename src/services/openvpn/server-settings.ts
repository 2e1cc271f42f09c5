import type { CommonSettings, ServerSettings, TunnelAddress } from '../../engine/openvpn/settings.js';
import { addressText } from '../../wire/ike/address-text.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { readUsers } from './credentials.js';
import type { OpenvpnProfile } from './profile.js';

/** Addresses that net30 takes for one client. */
const NET30 = 4;
const LARGEST_POOL = 65_536;

/**
 * What is given to clients and pushed, and our own address: by `server NETWORK NETMASK`, `server-bridge` or `ifconfig-pool`.
 * @throws UsageError
 */
export function serverSettings(
  profile: OpenvpnProfile,
  common: CommonSettings,
): { readonly settings: ServerSettings; readonly ifconfig?: TunnelAddress } {
  for (const name of ['client-to-client', 'duplicate-cn']) profile.all(name);
  const users = profile.material('auth-user-pass');
  const given = serverNetwork(profile, common) ?? bridge(profile) ?? range(profile, common);
  const settings: ServerSettings = {
    ...(given === undefined ? {} : { pool: given.pool }),
    push: [...profile.all('push').flatMap(({ args: [text] }) => (text === undefined ? [] : [text])), ...(given?.routes ?? [])],
    users: users === undefined ? [] : readUsers(users),
    authToken: profile.has('auth-gen-token'),
  };
  const ifconfig = given?.ifconfig ?? common.ifconfig;
  return { settings, ...(ifconfig === undefined ? {} : { ifconfig }) };
}

/** What a server gives out of. */
interface Given {
  readonly pool: NonNullable<ServerSettings['pool']>;
  /** Ours. */
  readonly ifconfig?: TunnelAddress;
  /** Pushed besides. */
  readonly routes?: readonly string[];
}

function serverNetwork(profile: OpenvpnProfile, { topology, device }: CommonSettings): Given | undefined {
  const network = networkOf(profile);
  if (network === undefined) return undefined;
  const { base, size, netmask } = network;
  const local = host(base, 1);
  if (topology === 'subnet' || device === 'tap')
    return {
      pool: { first: host(base, 2), count: Math.min(size - 3, LARGEST_POOL), netmask },
      ifconfig: { local, remoteOrNetmask: netmask },
    };
  return {
    pool: { first: host(base, NET30 + 2), count: Math.min(size / NET30 - 1, LARGEST_POOL), netmask },
    ifconfig: { local, remoteOrNetmask: host(base, 2) },
    // Its own network of four does not lead to the server (`helper.c`).
    ...(topology !== 'net30' ? {} : { routes: [profile.has('client-to-client') ? `route ${host(base, 0)} ${netmask}` : `route ${local}`] }),
  };
}

/** `server-bridge GATEWAY NETMASK FIRST LAST`; without values clients ask the DHCP server of the bridge. */
function bridge(profile: OpenvpnProfile): Given | undefined {
  const directive = profile.last('server-bridge');
  const [local, netmask, first, last] = directive?.args ?? [];
  if (directive === undefined || netmask === undefined) return undefined;
  const [start, count] = [number(first ?? ''), span(first, last)];
  if (number(local ?? '') === undefined || number(netmask) === undefined || start === undefined || count < 1)
    throw profile.wrong(directive, 'four addresses are wanted', 'server-bridge 10.8.0.4 255.255.255.0 10.8.0.128 10.8.0.254');
  return { pool: { first: host(start, 0), count, netmask }, ifconfig: { local: local ?? '', remoteOrNetmask: netmask } };
}

/** `ifconfig-pool FIRST LAST [NETMASK]` beside `mode server`. */
function range(profile: OpenvpnProfile, { topology, device, ifconfig }: CommonSettings): Given | undefined {
  const directive = profile.last('ifconfig-pool');
  if (directive === undefined) return undefined;
  const [first, last, netmask = ifconfig?.remoteOrNetmask ?? '255.255.255.0'] = directive.args;
  const [start, count] = [number(first ?? ''), span(first, last)];
  if (start === undefined || count < 1)
    throw profile.wrong(directive, 'the first and the last address are wanted', 'ifconfig-pool 10.8.0.50 10.8.0.99 255.255.255.0');
  const fours = topology === 'net30' && device === 'tun';
  if (!fours) return { pool: { first: host(start, 0), count, netmask } };
  return { pool: { first: host(start, 2), count: Math.max(1, Math.floor(count / NET30)), netmask } };
}

/** Addresses from one to another, both of them; 0 where they are none. */
function span(first = '', last = ''): number {
  const [from, to] = [number(first), number(last)];
  return from === undefined || to === undefined ? 0 : Math.max(0, Math.min(to - from + 1, LARGEST_POOL));
}

interface Network {
  readonly base: number;
  readonly size: number;
  readonly netmask: string;
}

function networkOf(profile: OpenvpnProfile): Network | undefined {
  const directive = profile.last('server');
  if (directive === undefined) return undefined;
  const [network = '', netmask = ''] = directive.args;
  const [base, mask] = [number(network), number(netmask)];
  const size = mask === undefined ? 0 : 2 ** 32 - mask;
  if (base === undefined || size < 8 || (size & (size - 1)) !== 0)
    throw profile.wrong(directive, 'a network and its netmask are wanted', 'server 10.8.0.0 255.255.255.0');
  return { base: base - (base % size), size, netmask };
}

function number(address: string): number | undefined {
  const bytes = parseAddressBytes(address);
  return bytes?.length === 4 ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
}

function host(base: number, at: number): string {
  const value = base + at;
  return addressText(Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff));
}
