import { type AddressSelector, isAddressSelector, type Selector } from '../../wire/ike/payloads/ts.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { TS_TYPE } from '../../wire/ike/tables/identities.js';
import { addressBytes } from '../../wire/ip/address.js';

const LAST_PORT = 65535;
/** What a peer may make us keep; the count field of a TS payload ends at 255 anyway. */
const MAX_SELECTORS = 64;

/** `10.1.0.0/16, 10.2.0.5/32[tcp/443]`. */
export function selectorsText(selectors: readonly Selector[]): string {
  return selectorFacts({ selectors })
    .map(({ text }) => text)
    .join(', ');
}

const larger = (a: Uint8Array, b: Uint8Array): Uint8Array => (Buffer.compare(a, b) >= 0 ? a : b);
const smaller = (a: Uint8Array, b: Uint8Array): Uint8Array => (Buffer.compare(a, b) <= 0 ? a : b);

/** What two selectors have in common; undefined for nothing. OPAQUE ports (65535 to 0) match OPAQUE and any (RFC 7296 §3.13.1). */
function intersect(a: AddressSelector, b: AddressSelector): AddressSelector | undefined {
  if (a.type !== b.type) return undefined;
  if (a.protocol !== b.protocol && a.protocol !== 0 && b.protocol !== 0) return undefined;
  const start = larger(a.start, b.start);
  const end = smaller(a.end, b.end);
  if (Buffer.compare(start, end) > 0) return undefined;
  const ports = intersectPorts(a, b);
  if (ports === undefined) return undefined;
  return { type: a.type, protocol: a.protocol === 0 ? b.protocol : a.protocol, ...ports, start, end };
}

type Ports = Pick<AddressSelector, 'startPort' | 'endPort'>;
const isAny = ({ startPort, endPort }: Ports): boolean => startPort === 0 && endPort === LAST_PORT;

function intersectPorts(a: Ports, b: Ports): Ports | undefined {
  if (isAny(a)) return { startPort: b.startPort, endPort: b.endPort };
  if (isAny(b)) return { startPort: a.startPort, endPort: a.endPort };
  const startPort = Math.max(a.startPort, b.startPort);
  const endPort = Math.min(a.endPort, b.endPort);
  if (a.startPort === b.startPort && a.endPort === b.endPort) return { startPort, endPort };
  return startPort > endPort || a.startPort > a.endPort || b.startPort > b.endPort ? undefined : { startPort, endPort };
}

function isSame(a: AddressSelector, b: AddressSelector): boolean {
  return (
    a.type === b.type &&
    a.protocol === b.protocol &&
    a.startPort === b.startPort &&
    a.endPort === b.endPort &&
    Buffer.compare(a.start, b.start) === 0 &&
    Buffer.compare(a.end, b.end) === 0
  );
}

/** Narrows what is offered to what is allowed (RFC 7296 §2.9), without what is inside another one. Empty: nothing in common. */
export function narrow(offered: readonly Selector[], allowed: readonly AddressSelector[]): readonly AddressSelector[] {
  const found: AddressSelector[] = [];
  for (const offer of offered) {
    if (!isAddressSelector(offer)) continue;
    for (const own of allowed) {
      const common = intersect(offer, own);
      if (common === undefined || found.some((known) => isWithin(common, known))) continue;
      found.push(common);
      if (found.length === MAX_SELECTORS) return found;
    }
  }
  return found;
}

function isWithin(inner: AddressSelector, outer: AddressSelector): boolean {
  const common = intersect(inner, outer);
  return common !== undefined && isSame(common, inner);
}

/** Whether each selector of an answer lies within something that was asked for: a peer may narrow, never widen. */
export function areWithin(answer: readonly Selector[], asked: readonly AddressSelector[]): answer is readonly AddressSelector[] {
  return answer.every((selector) => isAddressSelector(selector) && asked.some((own) => isWithin(selector, own)));
}

/** One address, all protocols and ports. */
export function hostSelector(address: string): AddressSelector {
  const bytes = addressBytes(address);
  return {
    type: bytes.length === 4 ? TS_TYPE.TS_IPV4_ADDR_RANGE : TS_TYPE.TS_IPV6_ADDR_RANGE,
    protocol: 0,
    startPort: 0,
    endPort: LAST_PORT,
    start: bytes,
    end: bytes,
  };
}

/**
 * In transport mode behind NAT the selectors of an end hold the address it knows itself by; the other end puts the one it sees in
 * its place (RFC 7296 §2.23.1). Selectors of more than one address stay.
 */
export function replaceAddress(selectors: readonly Selector[], address: string): readonly Selector[] {
  const bytes = addressBytes(address);
  return selectors.map((selector) => {
    if (!isAddressSelector(selector) || Buffer.compare(selector.start, selector.end) !== 0) return selector;
    return bytes.length === selector.start.length ? { ...selector, start: bytes, end: bytes } : selector;
  });
}
