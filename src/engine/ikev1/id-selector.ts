import type { IdV1 } from '../../wire/ike/payloads/id-v1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { ID_TYPE_V1, TS_TYPE } from '../../wire/ike/tables/identities.js';

const LAST_PORT = 65535;

/** First and last address of an identity of quick mode, 4 or 16 bytes each; undefined for one without addresses, or with wrong ones. */
function rangeOf({ type, data }: IdV1): { readonly start: Uint8Array; readonly end: Uint8Array } | undefined {
  const half = data.length / 2;
  const halves = { start: data.slice(0, half), end: data.slice(half) };
  const size =
    type === ID_TYPE_V1.ID_IPV6_ADDR || type === ID_TYPE_V1.ID_IPV6_ADDR_SUBNET || type === ID_TYPE_V1.ID_IPV6_ADDR_RANGE ? 16 : 4;
  switch (type) {
    case ID_TYPE_V1.ID_IPV4_ADDR:
    case ID_TYPE_V1.ID_IPV6_ADDR:
      return data.length === size ? { start: data.slice(), end: data.slice() } : undefined;
    case ID_TYPE_V1.ID_IPV4_ADDR_RANGE:
    case ID_TYPE_V1.ID_IPV6_ADDR_RANGE:
      return half === size && Buffer.compare(halves.start, halves.end) <= 0 ? halves : undefined;
    case ID_TYPE_V1.ID_IPV4_ADDR_SUBNET:
    case ID_TYPE_V1.ID_IPV6_ADDR_SUBNET: {
      if (half !== size) return undefined;
      const { start: network, end: mask } = halves;
      return {
        start: network.map((byte, i) => byte & (mask[i] as number)),
        end: network.map((byte, i) => byte | (~(mask[i] as number) & 0xff)),
      };
    }
    default:
      return undefined;
  }
}

/** An identity of quick mode as the selector it is (RFC 2407 §4.6.2, RFC 2409 §5.5); undefined when it names no addresses. */
export function selectorOf(id: IdV1): AddressSelector | undefined {
  const range = rangeOf(id);
  if (range === undefined) return undefined;
  return {
    type: range.start.length === 4 ? TS_TYPE.TS_IPV4_ADDR_RANGE : TS_TYPE.TS_IPV6_ADDR_RANGE,
    protocol: id.protocol,
    startPort: id.port,
    endPort: id.port === 0 ? LAST_PORT : id.port,
    ...range,
  };
}

/** Mask of a range that is a subnet: equal bits first, then zeroes at its start and ones at its end. */
function maskOf(start: Uint8Array, end: Uint8Array): Uint8Array | undefined {
  const mask = start.map((byte, i) => ~(byte ^ (end[i] as number)) & 0xff);
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  if (bits.includes('01')) return undefined;
  return start.every((byte, i) => (byte & ~(mask[i] as number) & 0xff) === 0) &&
    end.every((byte, i) => (byte | (mask[i] as number)) === 0xff)
    ? mask
    : undefined;
}

/** The identity of quick mode that says a selector: an address, a subnet, or a range. A range of ports becomes all of them. */
export function idOf({ protocol, startPort, endPort, start, end }: AddressSelector): IdV1 {
  const v6 = start.length === 16;
  const port = startPort === endPort ? startPort : 0;
  const mask = maskOf(start, end);
  if (Buffer.compare(start, end) === 0)
    return { type: v6 ? ID_TYPE_V1.ID_IPV6_ADDR : ID_TYPE_V1.ID_IPV4_ADDR, protocol, port, data: start };
  if (mask === undefined) {
    return { type: v6 ? ID_TYPE_V1.ID_IPV6_ADDR_RANGE : ID_TYPE_V1.ID_IPV4_ADDR_RANGE, protocol, port, data: Buffer.concat([start, end]) };
  }
  return { type: v6 ? ID_TYPE_V1.ID_IPV6_ADDR_SUBNET : ID_TYPE_V1.ID_IPV4_ADDR_SUBNET, protocol, port, data: Buffer.concat([start, mask]) };
}
