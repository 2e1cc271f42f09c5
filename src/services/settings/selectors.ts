import { UsageError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { TS_TYPE } from '../../wire/ike/tables/identities.js';
import { IP_PROTOCOLS } from '../../wire/ike/tables/protocols.js';
import { parseAddressRange } from '../../wire/ip/address-range.js';

const LAST_PORT = 65535;
const ICMP = new Set([1, 58]);
/** Selectors of one payload are counted in a byte (RFC 7296 §3.13). */
const MOST = 255;

/**
 * Traffic selectors as swanctl.conf writes them: `10.1.0.0/16`, `10.1.0.5-10.1.0.9`, `10.1.0.1[tcp/80]`, `fd00::/8[udp]`,
 * `10.0.0.0/8[tcp/8000-8100]`; several separated by commas.
 * @param flag for messages
 * @throws UsageError
 */
export function parseSelectors(texts: readonly string[], flag: string): readonly AddressSelector[] {
  const selectors = texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => parseSelector(text, flag));
  if (selectors.length > MOST) throw new UsageError(`${flag}: ${selectors.length} selectors are more than a payload holds (${MOST})`);
  return selectors;
}

/** Everything of one family. */
export function anySelector(family: 4 | 6): AddressSelector {
  return selectorOf(family === 4 ? '0.0.0.0/0' : '::/0') as AddressSelector;
}

function parseSelector(text: string, flag: string): AddressSelector {
  const [, network = '', within] = /^([^[\]]+)(?:\[([^\]]*)\])?$/.exec(text) ?? [];
  const selector = selectorOf(network);
  if (selector === undefined) {
    throw new UsageError(`${flag} ${text} is not a traffic selector`, 'for example 10.1.0.0/16, 10.1.0.5-10.1.0.9 or 10.1.0.1/32[tcp/80]');
  }
  return within === undefined || within === '' ? selector : { ...selector, ...protocolAndPorts(within, text, flag) };
}

function protocolAndPorts(within: string, text: string, flag: string): Pick<AddressSelector, 'protocol' | 'startPort' | 'endPort'> {
  const [name = '', ports] = within.split('/');
  const protocol = protocolNumber(name);
  if (protocol === undefined) {
    throw new UsageError(`${flag} ${text}: ${name} is not an IP protocol`, 'tcp, udp, icmp, ipv6-icmp, gre, … or its number');
  }
  if (ports === undefined || ports === '' || ports === 'any') return { protocol, startPort: 0, endPort: LAST_PORT };
  if (ports === 'opaque') return { protocol, startPort: LAST_PORT, endPort: 0 };
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports) ?? [];
  const start = Number(first);
  const end = Number(last ?? first);
  if (first === undefined || end > LAST_PORT || start > end) {
    throw new UsageError(`${flag} ${text}: ${ports} is neither a port nor a range of ports`, 'for example tcp/80 or udp/5000-5100');
  }
  // A single number with ICMP is the type, with every code (RFC 7296 §3.13.1).
  if (ICMP.has(protocol) && start <= 0xff && end <= 0xff) return { protocol, startPort: start << 8, endPort: (end << 8) | 0xff };
  return { protocol, startPort: start, endPort: end };
}

function protocolNumber(name: string): number | undefined {
  if (name === 'any' || name === '%any') return 0;
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 0xff ? Number(name) : undefined;
  const wanted = name === 'icmpv6' ? 'ipv6-icmp' : name.toLowerCase();
  const found = Object.entries(IP_PROTOCOLS).find(([, known]) => known === wanted);
  return found === undefined ? undefined : Number(found[0]);
}

function selectorOf(network: string): AddressSelector | undefined {
  const range = parseAddressRange(network);
  if (range === undefined) return undefined;
  const size = range.version === 4 ? 4 : 16;
  return {
    type: range.version === 4 ? TS_TYPE.TS_IPV4_ADDR_RANGE : TS_TYPE.TS_IPV6_ADDR_RANGE,
    protocol: 0,
    startPort: 0,
    endPort: LAST_PORT,
    start: bytesOf(range.low, size),
    end: bytesOf(range.high, size),
  };
}

function bytesOf(value: bigint, size: number): Uint8Array {
  const w = new ByteWriter(size);
  for (let word = size / 4 - 1; word >= 0; word--) w.u32(Number((value >> BigInt(word * 32)) & 0xffffffffn));
  return w.finish();
}
