import type { CommonSettings, ServerSettings, TunnelAddress } from '../../engine/openvpn/settings.js';
import { addressText } from '../../wire/ike/address-text.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { readUsers } from './credentials.js';
import type { OpenvpnProfile } from './profile.js';

/** Addresses that net30 takes for one client. */
const NET30 = 4;
const LARGEST_POOL = 65_536;

/** `server NETWORK NETMASK` and what is pushed; also our own address in it. @throws UsageError */
export function serverSettings(
  profile: OpenvpnProfile,
  { topology, device, ifconfig }: CommonSettings,
): { readonly settings: ServerSettings; readonly ifconfig?: TunnelAddress } {
  for (const name of ['server-ipv6', 'client-to-client', 'duplicate-cn']) profile.all(name);
  const users = profile.material('auth-user-pass');
  const network = networkOf(profile);
  const subnet = topology === 'subnet' || device === 'tap';
  const settings: ServerSettings = {
    ...(network === undefined
      ? {}
      : {
          pool: subnet
            ? { first: host(network.base, 2), count: Math.min(network.size - 3, LARGEST_POOL), netmask: network.netmask }
            : { first: host(network.base, NET30 + 2), count: Math.min(network.size / NET30 - 1, LARGEST_POOL), netmask: network.netmask },
        }),
    push: profile.all('push').flatMap(({ args: [text] }) => (text === undefined ? [] : [text])),
    users: users === undefined ? [] : readUsers(users),
    authToken: profile.has('auth-gen-token'),
  };
  if (network === undefined) return { settings, ...(ifconfig === undefined ? {} : { ifconfig }) };
  const local = host(network.base, 1);
  return { settings, ifconfig: { local, remoteOrNetmask: subnet ? network.netmask : host(network.base, 2) } };
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
