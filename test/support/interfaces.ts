import type { Interface } from '../../src/host/linux/interfaces.js';
import type { Route } from '../../src/host/linux/routes.js';

const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');

/** An interface that is up, with these addresses in networks of /24. */
export function device(name: string, addresses: readonly string[] = [], more: Partial<Interface> = {}): Interface {
  return {
    index: 1,
    name,
    up: true,
    loopback: false,
    mtu: 1500,
    flags: ['UP'],
    addresses: addresses.map((address) => ({ family: familyOf(address), address, prefix: 24, scope: 'global' })),
    ...more,
  };
}

/** A route of the main table; without a device it has the next hops that are given. */
export function route(destination: string, name: string | undefined, more: Partial<Route> = {}): Route {
  return {
    family: familyOf(destination),
    destination,
    type: 'unicast',
    ...(name !== undefined && { device: name }),
    metric: 0,
    table: 'main',
    flags: [],
    nextHops: [],
    ...more,
  };
}
