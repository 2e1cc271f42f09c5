import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { EnvironmentError } from '../bytes/errors.js';

type Koffi = typeof import('koffi');

/** Functions of the C library that Node has no way to. Buffers are given as they are; -1 means that `errno` says why. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array): number;
  recvmsg(fd: number, message: Uint8Array, flags: number): number;
  sendmsg(fd: number, message: Uint8Array, flags: number): number;
  recvfrom(fd: number, into: Uint8Array, size: number, flags: number, address: Uint8Array, length: Uint8Array): number;
  sendto(fd: number, bytes: Uint8Array, size: number, flags: number, address: Uint8Array, length: number): number;
  open(path: string, flags: number): number;
  read(fd: number, into: Uint8Array, size: number): number;
  write(fd: number, bytes: Uint8Array, size: number): number;
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  eventfd(initial: number, flags: number): number;
  close(fd: number): number;
  /** Waits on another thread. `entries` must stay as they are until it is done. */
  poll(entries: Uint8Array, count: number, milliseconds: number, done: (ready: number) => void): void;
  /** `EPERM`, of the last call that failed. */
  errno(): string;
  /** Where the bytes lie, for structures that point to them; good for as long as the buffer is held. */
  address(bytes: Uint8Array): bigint;
}

const INSTALL = 'npm install koffi, beside vpndoctor, gets it';
/** Where structures are laid out as we write them: pointers of 8 bytes, little end first. */
const ARCHITECTURES: readonly string[] = ['x64', 'arm64', 'riscv64', 'loong64'];

let loaded: Libc | string | undefined;

/** Undefined where there is no native reach: koffi is optional, and our structures are those of 64-bit Linux. */
export function findLibc(): Libc | undefined {
  loaded ??= load();
  return typeof loaded === 'string' ? undefined : loaded;
}

/**
 * The same for what cannot do without.
 * @param purpose `a TUN interface`
 * @throws EnvironmentError when there is none
 */
export function needLibc(purpose: string): Libc {
  const libc = findLibc();
  if (libc !== undefined) return libc;
  throw new EnvironmentError(`${purpose} needs the npm package "koffi" (${loaded as string})`, INSTALL);
}

function load(): Libc | string {
  if (process.platform !== 'linux' || endianness() !== 'LE' || !ARCHITECTURES.includes(process.arch)) {
    return `it is used on 64-bit Linux only, this is ${process.platform} on ${process.arch}`;
  }
  try {
    return bindFunctions(createRequire(import.meta.url)('koffi') as Koffi);
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code ?? (error as Error).message);
  }
}

function bindFunctions(koffi: Koffi): Libc {
  const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
  const library = koffi.load(null);
  const poll = library.func('int poll(void *entries, unsigned long count, int milliseconds)');
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int fd, void *address, unsigned int length)'),
    connect: library.func('int connect(int fd, void *address, unsigned int length)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int option, void *value, unsigned int length)'),
    getsockopt: library.func('int getsockopt(int fd, int level, int option, void *value, void *length)'),
    recvmsg: library.func('long recvmsg(int fd, void *message, int flags)'),
    sendmsg: library.func('long sendmsg(int fd, void *message, int flags)'),
    recvfrom: library.func('long recvfrom(int fd, void *into, unsigned long size, int flags, void *address, void *length)'),
    sendto: library.func('long sendto(int fd, void *bytes, unsigned long size, int flags, void *address, unsigned int length)'),
    open: library.func('int open(str path, int flags)'),
    read: library.func('long read(int fd, void *into, unsigned long size)'),
    write: library.func('long write(int fd, void *bytes, unsigned long size)'),
    ioctl: library.func('int ioctl(int fd, unsigned long request, void *argument)'),
    eventfd: library.func('int eventfd(unsigned int initial, int flags)'),
    close: library.func('int close(int fd)'),
    poll: (entries, count, milliseconds, done) =>
      void poll.async(entries, count, milliseconds, (error: unknown, ready: number) =>
        done(error === null || error === undefined ? ready : -1),
      ),
    errno: () => names.get(koffi.errno()) ?? `errno ${koffi.errno()}`,
    address: (bytes) => koffi.address(bytes),
  };
}
