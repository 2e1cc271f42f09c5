import { readFileSync } from 'node:fs';
import { BugError, EnvironmentError, UsageError } from '../bytes/errors.js';
import { PacketSlab } from '../engine/shared/packet-slab.js';
import { FdPoller } from './fd-poller.js';
import { ipCommand } from './ip-command.js';
import { type Libc, needLibc } from './libc.js';

/** linux/if_tun.h, linux/if.h. */
const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const IFNAMSIZ = 16;
const IFREQ_SIZE = 40;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const DEVICE = '/dev/net/tun';

/** Packets read before other events have their turn. */
const BATCH = 64;
const LARGEST = 0x10000;
/**
 * Packets that wait for us in the kernel. With the usual 500 a busy moment of ours drops some, and TCP inside halves its rate for each:
 * 400 instead of 800 Mbit/s were seen.
 */
const QUEUE = 4096;
/** Packets that nobody listened for yet. */
const MAX_EARLY = 256;

export interface TunOptions {
  /** Name of the interface; `%d` in it is the first free number. */
  readonly name: string;
  /** Address and prefix length of each: `10.3.0.1/32`, `2001:db8::1/128`. */
  readonly addresses: readonly string[];
  readonly mtu: number;
  /** CIDR, to be reached through it. */
  readonly routes: readonly string[];
  /**
   * Addresses that must be reached as before whatever the routes say: the peer's, or the tunnel would run through itself. They get a
   * route of their own for as long as the interface is there.
   */
  readonly outside?: readonly string[];
}

/** An interface of this host whose packets come to us. */
export interface TunDevice {
  /** As the kernel calls it. */
  readonly name: string;
  readonly mtu: number;
  /** Packets that the kernel did not take: not IP, or the interface is down. */
  readonly dropped: number;
  /** Gives the host a packet, as if it had come in by the interface. */
  write(packet: Uint8Array): void;
  /** One listener for the packets that the host sends through it; those before are kept up to a bound. */
  onPacket(listener: (packet: Uint8Array) => void): void;
  /** The interface goes, and its addresses and routes with it. */
  close(): Promise<void>;
}

/**
 * Makes the interface, gives it its addresses and routes, and sets it up. It ends with the process, however that ends.
 * @throws UsageError for a name or address that is none; EnvironmentError when koffi, /dev/net/tun, the right or the `ip` command is missing
 */
export async function openTun(options: TunOptions): Promise<TunDevice> {
  const libc = needLibc('a TUN interface');
  const tun = new Tun(libc, options);
  try {
    await tun.setUp(options);
  } catch (error) {
    await tun.close();
    throw error;
  }
  return tun;
}

/** Whether an interface that is made now gets addresses of IPv6. */
export function givesIpv6(setting = '/proc/sys/net/ipv6/conf/default/disable_ipv6'): boolean {
  try {
    return readFileSync(setting, 'latin1').trim() === '0';
  } catch {
    // A kernel without IPv6 has no such file.
    return false;
  }
}

/** What Linux takes as the name of an interface. @throws UsageError */
export function checkInterfaceName(name: string): void {
  if (!/^[^\s/:]{1,15}$/.test(name) || name === '.' || name === '..')
    throw new UsageError(`"${name}" cannot be the name of an interface`, 'at most 15 characters, without spaces and slashes: vpn0');
}

class Tun implements TunDevice {
  readonly name: string;
  readonly mtu: number;
  dropped = 0;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #poller: FdPoller;
  readonly #buffer = Buffer.allocUnsafe(LARGEST);
  readonly #slab = new PacketSlab();
  #early: Uint8Array[] = [];
  #listener: ((packet: Uint8Array) => void) | undefined;
  /** Routes to be taken back: they are not the interface's. */
  readonly #outside: string[][] = [];
  #closed = false;

  constructor(libc: Libc, { name, mtu }: TunOptions) {
    this.#libc = libc;
    this.mtu = mtu;
    checkInterfaceName(name);
    this.#fd = libc.open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (this.#fd < 0) throw openError(libc.errno());
    const request = Buffer.alloc(IFREQ_SIZE);
    request.write(name, 'latin1');
    request.writeUInt16LE(IFF_TUN | IFF_NO_PI, IFNAMSIZ);
    if (libc.ioctl(this.#fd, TUNSETIFF, request) < 0) {
      const error = libc.errno();
      libc.close(this.#fd);
      throw setError(error, name);
    }
    this.name = request.toString('latin1', 0, request.indexOf(0));
    this.#poller = new FdPoller(libc);
  }

  async setUp({ addresses, mtu, routes, outside = [] }: TunOptions): Promise<void> {
    for (const address of outside) await this.#keepOutside(address);
    // Before IPv6 addresses are given: below 1280 the kernel takes IPv6 from an interface.
    await ipCommand(['link', 'set', 'dev', this.name, 'mtu', String(mtu), 'txqueuelen', String(QUEUE), 'up']);
    for (const address of addresses) {
      // No neighbour could have the same address: looking for one would only hold it back for seconds.
      await ipCommand(['address', 'add', address, 'dev', this.name, ...(address.includes(':') ? ['nodad'] : [])]);
    }
    for (const route of routes) await ipCommand([...family(route), 'route', 'add', route, 'dev', this.name]);
    this.#poller.add(this.#fd, () => this.#read());
  }

  write(packet: Uint8Array): void {
    if (this.#closed) return;
    if (this.#libc.write(this.#fd, packet, packet.length) < 0) this.dropped++;
  }

  onPacket(listener: (packet: Uint8Array) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const packet of early) listener(packet);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#poller.close();
    this.#libc.close(this.#fd);
    for (const route of this.#outside) await ipCommand(['route', 'delete', ...route]).catch(ignoreMissing);
  }

  #read(): boolean {
    for (let n = 0; n < BATCH; n++) {
      const length = this.#libc.read(this.#fd, this.#buffer, LARGEST);
      if (length <= 0) return false;
      const packet = this.#slab.take(length);
      packet.set(this.#buffer.subarray(0, length));
      if (this.#listener !== undefined) this.#listener(packet);
      else if (this.#early.length < MAX_EARLY) this.#early.push(packet);
      else this.dropped++;
      if (this.#closed) return false;
    }
    return true;
  }

  async #keepOutside(address: string): Promise<void> {
    // `192.0.2.9 via 10.0.0.1 dev eth0 src 10.0.0.2 uid 0`, or `local 127.0.0.1 dev lo …`, which needs no route.
    const said = await ipCommand(['-o', 'route', 'get', address]);
    const [, to, via, device] = /^(\S+)(?: from \S+)?(?: via (?:inet6? )?(\S+))? dev (\S+)/.exec(said) ?? [];
    if (to === undefined || to === 'local' || device === undefined) return;
    const route = [to, ...(via === undefined ? [] : ['via', via]), 'dev', device];
    try {
      await ipCommand([...family(to), 'route', 'add', ...route]);
      this.#outside.push(route);
    } catch (error) {
      // One that is there already does the same, and is not ours to take back.
      if (!(error instanceof EnvironmentError) || !/File exists/.test(error.message)) throw error;
    }
  }
}

function ignoreMissing(error: unknown): void {
  // Whoever took the route away before us did what we were about to do.
  if (!(error instanceof EnvironmentError)) throw new BugError(String(error));
}

function family(address: string): string[] {
  return address.includes(':') ? ['-6'] : [];
}

function openError(errno: string): EnvironmentError {
  switch (errno) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return new EnvironmentError(`this host has no TUN (${DEVICE}: ${errno})`, 'modprobe tun; a container needs --device /dev/net/tun');
    case 'EACCES':
    case 'EPERM':
      return new EnvironmentError(`no right to open ${DEVICE}`, 'run it as root (sudo)');
    default:
      return new EnvironmentError(`cannot open ${DEVICE}: ${errno}`);
  }
}

function setError(errno: string, name: string): EnvironmentError | UsageError {
  switch (errno) {
    case 'EPERM':
      return new EnvironmentError(`no right to make the interface ${name}`, 'run it as root (sudo); a container needs --cap-add NET_ADMIN');
    case 'EBUSY':
    case 'EEXIST':
      return new EnvironmentError(`the interface ${name} is there already`, `choose another name, or: ip link delete ${name}`);
    case 'EINVAL':
      return new UsageError(`"${name}" is the name of an interface of another kind, or cannot be one`, 'choose another name: vpn0');
    default:
      return new EnvironmentError(`cannot make the interface ${name}: ${errno}`);
  }
}
