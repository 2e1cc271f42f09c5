import type { SwanctlPool } from '../../config/swanctl/swanctl-config.js';
import type { Connection, Sourced } from '../../model/connection.js';

/**
 * A connection with the addresses that its peers are given, where it names them by a pool: `pools` of swanctl.conf, `rightaddresspool` of
 * libreswan. As with `rightsourceip` they are the `sourceIp` of the peer; pools of RADIUS and DHCP tell no addresses.
 */
export function withPool(connection: Connection, pools: readonly SwanctlPool[]): Connection {
  const { remote, localSide, other } = connection;
  if (remote.sourceIp !== undefined) return connection;
  const said = (keyword: string) => other.find(({ key }) => key.toLowerCase() === keyword)?.value;
  const range = localSide === undefined ? undefined : said(localSide === 'left' ? 'rightaddresspool' : 'leftaddresspool');
  const sourceIp = range ?? addressesOf(said('pools'), pools);
  return sourceIp === undefined ? connection : { ...connection, remote: { ...remote, sourceIp } };
}

function addressesOf(names: Sourced<string> | undefined, pools: readonly SwanctlPool[]): Sourced<string> | undefined {
  if (names === undefined) return undefined;
  const wanted = names.value.split(',').map((name) => name.trim());
  const addresses = pools.flatMap(({ name, addrs }) => (wanted.includes(name) && addrs !== undefined ? [addrs.value] : []));
  return addresses.length === 0 ? undefined : { ...names, value: addresses.join(',') };
}
