import { addressText } from '../../../wire/ike/address-text.js';
import { parseAddressBytes } from '../../../wire/ip/address.js';
import type { InnerAddresses } from '../../shared/inner-addresses.js';
import type { ProbeTarget } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

/**
 * Ours is that of `ifconfig`. Theirs: what the user named, else the gateway that was pushed, else the other end of `ifconfig`, else the
 * first address of the subnet, which servers take.
 */
export function innerAddresses(target: ProbeTarget, { parameters, push }: ProbeFacts, named = target.ping): InnerAddresses | undefined {
  const { ifconfig, ifconfigIpv6, gateway, device, topology } = parameters ?? {};
  const from4 = ifconfig?.local;
  const from6 = ifconfigIpv6?.local.replace(/\/.*$/, '');
  if (named !== undefined) {
    const from = named.includes(':') ? from6 : from4;
    return from === undefined ? undefined : { from, to: named, guessed: false };
  }
  if (from4 !== undefined && ifconfig !== undefined) {
    if (gateway !== undefined && parseAddressBytes(gateway)?.length === 4) return { from: from4, to: gateway, guessed: false };
    const host = pushedHost(push?.options ?? []);
    if (topology === 'net30' && host !== undefined) return { from: from4, to: host, guessed: false };
    const subnet = device === 'tap' || topology === 'subnet' || ifconfig.remoteOrNetmask.startsWith('255.');
    if (!subnet) return { from: from4, to: ifconfig.remoteOrNetmask, guessed: false };
    const to = firstHost(from4, ifconfig.remoteOrNetmask);
    return to === undefined ? undefined : { from: from4, to, guessed: true };
  }
  const to6 = ifconfigIpv6?.remote;
  return from6 === undefined || to6 === undefined || to6 === '' ? undefined : { from: from6, to: to6, guessed: false };
}

/** With net30 the other end of `ifconfig` is nobody: the server pushes a route to its own address. */
function pushedHost(options: readonly string[]): string | undefined {
  return options
    .map((option) => /^route (\d+\.\d+\.\d+\.\d+)(?: 255\.255\.255\.255)?$/.exec(option)?.[1])
    .find((address) => address !== undefined);
}

/** Of the subnet that this address is in; the second where that is ours. */
function firstHost(address: string, netmask: string): string | undefined {
  const [own, mask] = [parseAddressBytes(address), parseAddressBytes(netmask)];
  if (own?.length !== 4 || mask?.length !== 4) return undefined;
  const host = own.map((byte, at) => byte & (mask[at] ?? 0));
  host[3] = (host[3] ?? 0) + 1;
  if (Buffer.compare(host, own) === 0) host[3] = (host[3] ?? 0) + 1;
  return addressText(host);
}
