import type { Socket } from 'node:dgram';
import { EnvironmentError } from '../bytes/errors.js';
import type { Libc } from './libc.js';
import { AF_INET, type AF_INET6 } from './sockaddr.js';

type Family = typeof AF_INET | typeof AF_INET6;

const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_BINDTODEVICE = 25;

/** The same thing under two names: level and options of IPv4 and of IPv6 (ip(7), ipv6(7), linux/in.h, linux/in6.h). */
const ip = { level: 0, headerIncluded: 3, mtuDiscover: 10, receiveErrors: 11, mtu: 14 };
const ipv6 = { level: 41, headerIncluded: 36, mtuDiscover: 23, receiveErrors: 25, mtu: 24 };

/**
 * `want`: the kernel's way, DF up to the path MTU it knows and fragments above; `probe`: DF always, whatever the kernel believes to
 * know, so that too big a datagram gets lost or complained of and never cut; `dont`: no DF, routers may cut.
 */
export type Fragmentation = 'want' | 'probe' | 'dont';
const pmtudisc: Readonly<Record<Fragmentation, number>> = { dont: 0, want: 1, probe: 3 };

/** ICMP errors are kept for whoever reads the error queue. */
export function receiveErrors(libc: Libc, fd: number, family: Family): boolean {
  const { level, receiveErrors } = family === AF_INET ? ip : ipv6;
  return set(libc, fd, level, receiveErrors, 1);
}

/** Packets of a raw socket come with their IP header from us, and go out as they are (raw(7)). */
export function includeHeader(libc: Libc, fd: number, family: Family): boolean {
  const { level, headerIncluded } = family === AF_INET ? ip : ipv6;
  return set(libc, fd, level, headerIncluded, 1);
}

export function setFragmentation(libc: Libc, fd: number, family: Family, fragmentation: Fragmentation): boolean {
  const { level, mtuDiscover } = family === AF_INET ? ip : ipv6;
  return set(libc, fd, level, mtuDiscover, pmtudisc[fragmentation]);
}

/** What the kernel takes the path MTU of a connected socket to be, bytes of IP packet. */
export function knownPathMtu(libc: Libc, fd: number, family: Family): number | undefined {
  const { level, mtu } = family === AF_INET ? ip : ipv6;
  const value = Buffer.alloc(4);
  const length = Buffer.from([4, 0, 0, 0]);
  return libc.getsockopt(fd, level, mtu, value, length) === 0 ? value.readInt32LE(0) : undefined;
}

/** Beyond net.core.rmem_max and wmem_max, which root may. False: not root. */
export function forceBuffers(libc: Libc, fd: number, bytes: number): boolean {
  return set(libc, fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) && set(libc, fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes);
}

/** @throws EnvironmentError when there is no such interface, or no right */
export function bindToDevice(libc: Libc, fd: number, device: string): void {
  const name = Buffer.from(`${device}\0`);
  if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) === 0) return;
  const error = libc.errno();
  if (error === 'ENODEV') throw new EnvironmentError(`there is no interface "${device}"`, 'ip link lists those there are');
  throw new EnvironmentError(`cannot bind to interface ${device}: ${error}`, error === 'EPERM' ? 'run it as root (sudo)' : undefined);
}

function set(libc: Libc, fd: number, level: number, option: number, number: number): boolean {
  const value = Buffer.alloc(4);
  value.writeInt32LE(number, 0);
  return libc.setsockopt(fd, level, option, value, value.length) === 0;
}

/** The descriptor of a bound dgram socket, which Node keeps to itself. Undefined when a later Node hides it elsewhere: then there is less detail. */
export function descriptorOf(socket: Socket): number | undefined {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol');
  const state = key === undefined ? undefined : (socket as unknown as Record<symbol, { readonly handle?: { readonly fd?: number } }>)[key];
  const fd = state?.handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}
