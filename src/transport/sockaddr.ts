import { isIPv6 } from 'node:net';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import type { Endpoint } from '../model/endpoint.js';
import { readIpv4Address, readIpv6Address, writeIpv4Address, writeIpv6Address } from '../wire/ip/address.js';

/** Address families of Linux (bits/socket.h). */
export const AF_INET = 2;
export const AF_INET6 = 10;

/** Room for either kind: sockaddr_in has 16 bytes, sockaddr_in6 28. */
export const SOCKADDR_SIZE = 28;

export function familyOf(address: string): typeof AF_INET | typeof AF_INET6 {
  return isIPv6(address) ? AF_INET6 : AF_INET;
}

/**
 * A sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)).
 * @param scope number of the interface of a link-local address
 * @throws UsageError when the address is none
 */
export function encodeSockaddr({ address, port }: Endpoint, scope = 0): Uint8Array {
  const family = familyOf(address);
  // The family is in the host's order, which is the other one.
  const writer = new ByteWriter(SOCKADDR_SIZE).u8(family).u8(0).u16(port);
  if (family === AF_INET) {
    writeIpv4Address(writer, address);
    return writer.zeros(8).finish();
  }
  writeIpv6Address(writer.u32(0), address);
  const bytes = writer.zeros(4).finish();
  new DataView(bytes.buffer).setUint32(24, scope, true);
  return bytes;
}

/** Undefined for another family: `AF_UNSPEC` stands where the kernel has no address to give. */
export function decodeSockaddr(bytes: Uint8Array): Endpoint | undefined {
  if (bytes.length < 16) return undefined;
  const reader = new ByteReader(bytes);
  const family = reader.u8('address family');
  reader.skip(1, 'address family, second byte');
  const port = reader.u16('port');
  if (family === AF_INET) return { address: readIpv4Address(reader, 'IPv4 address'), port };
  if (family !== AF_INET6 || bytes.length < SOCKADDR_SIZE) return undefined;
  reader.skip(4, 'flow information');
  return { address: readIpv6Address(reader, 'IPv6 address'), port };
}
