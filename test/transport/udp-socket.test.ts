import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findLibc, type Libc } from '../../src/transport/libc.js';
import { UdpSocket } from '../../src/transport/udp-socket.js';

/** What sendmsg is to fail with, one after the other; then it is the kernel's again. */
const failures: string[] = [];

vi.mock('../../src/transport/libc.js', async (original) => {
  const real = await original<typeof import('../../src/transport/libc.js')>();
  const libc = real.findLibc();
  let failed: string | undefined;
  const failing: Libc | undefined = libc && {
    ...libc,
    sendmsg: (fd, message, flags) => {
      failed = failures.shift();
      return failed === undefined ? libc.sendmsg(fd, message, flags) : -1;
    },
    errno: () => {
      const errno = failed ?? libc.errno();
      failed = undefined;
      return errno;
    },
  };
  return { ...real, findLibc: () => failing };
});

const ADDRESS = '127.0.0.1';

describe.skipIf(findLibc() === undefined)('a batch that the kernel does not take', () => {
  it.each([
    ['a device that cannot do it: there are no more of them', 'EIO', []],
    ['no room: Node waits for some', 'EAGAIN', []],
    ['ICMP of an earlier datagram: it is told, once', 'EHOSTUNREACH', [['host-unreachable', 'host unreachable (EHOSTUNREACH)']]],
  ] as const)('%s (%s), and everything arrives in order', async (_, errno, told) => {
    const peer = createSocket('udp4');
    onTestFinished(() => void peer.close());
    const got: number[] = [];
    peer.on('message', (bytes) => got.push(bytes[0] as number));
    peer.bind({ port: 0, address: ADDRESS });
    await once(peer, 'listening');
    const troubles: unknown[] = [];
    const trouble = ({ reason, text }: { readonly reason: string; readonly text: string }) => troubles.push([reason, text]);
    const socket = await UdpSocket.open({ address: ADDRESS, port: 0 }, { datagram: () => expect.unreachable(), trouble });
    onTestFinished(() => socket.close());
    failures.push(errno);
    const remote = { address: ADDRESS, port: peer.address().port };
    // The first goes by itself, 16 fill a batch, and the next finds it full.
    const all = Array.from({ length: 40 }, (_one, n) => n);
    for (const n of all) socket.send(Buffer.alloc(100, n), remote, 'traffic');
    await expect.poll(() => got.length).toBe(all.length);
    expect(got).toEqual(all);
    expect(troubles).toEqual(told);
    expect(failures).toEqual([]);
  });
});
