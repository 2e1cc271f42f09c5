import type { ChildSa } from '../../../engine/child-sa.js';
import { addressText } from '../../../wire/ike/address-text.js';
import { type AddressSelector, isAddressSelector } from '../../../wire/ike/payloads/ts.js';
import { CFG_ATTRIBUTE } from '../../../wire/ike/tables/configuration.js';
import { parseAddressBytes } from '../../../wire/ip/address.js';
import type { InnerAddresses } from '../../shared/inner-addresses.js';
import type { ProbeTarget } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

/** Whether an address lies within a selector. */
export function selectorCovers(selector: AddressSelector, address: string): boolean {
  const bytes = parseAddressBytes(address);
  if (bytes === undefined || !isAddressSelector(selector) || bytes.length !== selector.start.length) return false;
  return Buffer.compare(bytes, selector.start) >= 0 && Buffer.compare(bytes, selector.end) <= 0;
}

/** Whether packets of one of these IP protocols fit the selectors of both ends. */
export function carries({ localSelectors, remoteSelectors }: ChildSa, protocols: readonly number[]): boolean {
  return [localSelectors, remoteSelectors].every((selectors) => selectors.some(({ protocol }) => protocols.includes(protocol)));
}

/**
 * Addresses for test traffic. Ours: the virtual one, else that of this host where the selectors have it, else the first of the
 * selectors that a host may have. Theirs: what the user named, else the peer itself, else the first.
 */
export function innerAddresses(target: ProbeTarget, facts: ProbeFacts, named = target.ping): InnerAddresses | undefined {
  const { child } = facts;
  if (child === undefined) return undefined;
  const family = named === undefined ? undefined : named.includes(':') ? 16 : 4;
  const remote = child.remoteSelectors.filter((one) => family === undefined || one.start.length === family);
  const local = child.localSelectors.filter(({ start }) => remote.some((one) => one.start.length === start.length));
  const ours = [virtualAddress(facts, 4), virtualAddress(facts, 6), plain(facts.source)].filter((one) => one !== undefined);
  const from = hostWithin(local, ours);
  if (from === undefined) return undefined;
  const same = remote.filter((one) => one.start.length === (from.includes(':') ? 16 : 4));
  if (named !== undefined) return { from, to: named, guessed: false };
  const peer = plain(facts.address);
  if (peer !== undefined && same.some((one) => selectorCovers(one, peer))) return { from, to: peer, guessed: false };
  const to = same[0] && firstHost(same[0]);
  return to === undefined ? undefined : { from, to, guessed: true };
}

/** Without the zone of a link-local address. */
const plain = (address: string | undefined): string | undefined => address?.replace(/%.*$/, '');

/** An address of ours inside: the first of these that the selectors have, else the first of theirs that a host may have. */
export function hostWithin(selectors: readonly AddressSelector[], ours: readonly string[]): string | undefined {
  return ours.find((address) => selectors.some((one) => selectorCovers(one, address))) ?? (selectors[0] && firstHost(selectors[0]));
}

/** The address that the peer gave us, as text. */
export function virtualAddress(facts: ProbeFacts, family: 4 | 6): string | undefined {
  const type = family === 4 ? CFG_ATTRIBUTE.INTERNAL_IP4_ADDRESS : CFG_ATTRIBUTE.INTERNAL_IP6_ADDRESS;
  const value = facts.configuration?.attributes.find((attribute) => attribute.type === type)?.value;
  const length = family === 4 ? 4 : 16;
  return value === undefined || value.length < length ? undefined : addressText(value.subarray(0, length));
}

/** Of a network the address behind its own, which gateways like to have; a range of one or two as it begins. */
function firstHost({ start, end }: AddressSelector): string {
  // A copy: slice of a Buffer would be a view.
  const host = Uint8Array.from(start);
  const last = host.length - 1;
  const single = Buffer.compare(start, end) === 0;
  if (!single && (host[last] as number) === 0 && (end[last] as number) > 1) host[last] = 1;
  return addressText(host);
}
