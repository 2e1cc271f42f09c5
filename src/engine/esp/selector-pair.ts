import { ByteReader } from '../../bytes/reader.js';
import { decodeIcmp, isIcmpError } from '../../wire/icmp.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { TS_TYPE } from '../../wire/ike/tables/identities.js';
import { IPV4_HEADER_LENGTH } from '../../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH } from '../../wire/ip/ipv6.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/ip/protocols.js';
import type { InnerFields } from './inner-fields.js';

const ANY = 0;
const ICMP_HEADER_LENGTH = 8;
const LAST_PORT = 65535;

/** The traffic selectors of both ends of a pair of SAs, asked for every packet. */
export class SelectorPair {
  readonly #local: readonly AddressSelector[];
  readonly #remote: readonly AddressSelector[];

  constructor(local: readonly AddressSelector[], remote: readonly AddressSelector[]) {
    this.#local = local;
    this.#remote = remote;
  }

  /** Whether we may send this packet (RFC 4301 §5.1). */
  allowsOut(packet: Uint8Array, fields: InnerFields): boolean {
    const { srcAt, addressLength, srcPort, dstPort } = fields;
    return covers(this.#local, packet, srcAt, fields, srcPort) && covers(this.#remote, packet, srcAt + addressLength, fields, dstPort);
  }

  /** Whether the peer may send us this packet (RFC 4301 §5.2). */
  allowsIn(packet: Uint8Array, fields: InnerFields): boolean {
    const { srcAt, addressLength, srcPort, dstPort } = fields;
    return covers(this.#remote, packet, srcAt, fields, srcPort) && covers(this.#local, packet, srcAt + addressLength, fields, dstPort);
  }

  /**
   * Whether this is an ICMP error for us about a packet that we may send: routers behind the peer speak with addresses of their own
   * (RFC 4301 §6.2).
   */
  allowsError(packet: Uint8Array, fields: InnerFields): boolean {
    const { version, srcAt, addressLength, payloadAt, fragment } = fields;
    const quoted = packet.subarray(payloadAt + ICMP_HEADER_LENGTH, fields.length);
    if (fragment || quoted.length < (version === 4 ? IPV4_HEADER_LENGTH : IPV6_HEADER_LENGTH)) return false;
    if (fields.protocol !== PROTOCOL_ICMP && fields.protocol !== PROTOCOL_ICMPV6) return false;
    if (!isIcmpError(decodeIcmp(version, new ByteReader(packet.subarray(payloadAt))))) return false;
    if (!sameBytes(packet, srcAt + addressLength, quoted, srcAt, addressLength)) return false;
    // Cut short as it may be, its ports do not matter here.
    const protocol = quoted[version === 4 ? 9 : 6] as number;
    return this.allowsOut(quoted, { ...fields, protocol, srcPort: undefined, dstPort: undefined, fragment: true });
  }

  /** `10.1.0.0/16 to 10.2.0.0/16, 10.3.0.0/16[TCP/443]`, ours first. */
  get text(): string {
    const side = (selectors: readonly AddressSelector[]) =>
      selectorFacts({ selectors })
        .map(({ text }) => text)
        .join(', ');
    return `${side(this.#local)} to ${side(this.#remote)}`;
  }
}

function covers(
  selectors: readonly AddressSelector[],
  packet: Uint8Array,
  at: number,
  fields: InnerFields,
  port: number | undefined,
): boolean {
  for (const selector of selectors) {
    if ((selector.type === TS_TYPE.TS_IPV4_ADDR_RANGE) !== (fields.version === 4)) continue;
    if (selector.protocol !== ANY && selector.protocol !== fields.protocol) continue;
    if (compareAddress(packet, at, selector.start) < 0 || compareAddress(packet, at, selector.end) > 0) continue;
    if (portFits(selector, fields, port)) return true;
  }
  return false;
}

function sameBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

/** Negative, zero or positive as the address at `at` lies below, on or above `bound`. */
function compareAddress(packet: Uint8Array, at: number, bound: Uint8Array): number {
  for (let i = 0; i < bound.length; i++) {
    const difference = (packet[at + i] as number) - (bound[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Later fragments have no ports to compare and go with their addresses, as with stateful fragment checking (RFC 4301 §7.3). OPAQUE,
 * 65535 down to 0, stands for packets whose ports cannot be seen (RFC 7296 §3.13.1).
 */
function portFits({ startPort, endPort }: AddressSelector, fields: InnerFields, port: number | undefined): boolean {
  if (startPort === 0 && endPort === LAST_PORT) return true;
  if (port === undefined) return fields.fragment || (startPort === LAST_PORT && endPort === 0);
  return port >= startPort && port <= endPort;
}
