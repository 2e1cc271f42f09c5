import { networkInterfaces } from 'node:os';
import { EnvironmentError } from '../../bytes/errors.js';
import type { Sourced } from '../../model/connection.js';
import { findRoute } from '../../transport/route.js';
import { parseAddressBytes } from '../../wire/ip/address.js';

/** The first that is one: `%any`, networks and ranges are not. */
export function firstAddress(addresses: readonly Sourced<string>[]): string | undefined {
  return addresses.map(({ value }) => value).find((value) => !/^%|[/]|^0\.0\.0\.0$|^::$|^[\d.:a-f]+-[\d.:a-f]+$/i.test(value));
}

/** Those of this host. */
export function addressesHere(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

/** Where we would send from; undefined where the peer is a name or there is no way to it. */
export async function sourceTo(peer: string | undefined): Promise<string | undefined> {
  const address = peer === undefined ? undefined : await addressFor(peer);
  if (address === undefined) return undefined;
  try {
    return (await findRoute(address)).source;
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}

/** Of a name; undefined where it has none. */
export async function addressFor(peer: string): Promise<string | undefined> {
  if (parseAddressBytes(peer) !== undefined) return peer;
  const { lookup } = await import('node:dns/promises');
  try {
    return (await lookup(peer)).address;
  } catch {
    // The probe itself says so in its first step.
    return undefined;
  }
}
