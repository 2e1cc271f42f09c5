import { describe, expect, it } from 'vitest';
import { ErrorQueue } from '../../src/transport/error-queue.js';
import { findLibc, type Libc } from '../../src/transport/libc.js';
import { encodeSockaddr } from '../../src/transport/sockaddr.js';

const real = findLibc();
const PEER = { address: '10.0.0.2', port: 500 };
const PEER6 = { address: '2001:db8::2', port: 500 };
const [LOCAL, ICMP, ICMP6] = [1, 2, 3];

interface Queued {
  readonly level: number;
  readonly type: number;
  readonly error: readonly [origin: number, type: number, code: number, info: number];
  readonly from?: string;
  readonly to: { readonly address: string; readonly port: number };
}

/** A kernel with these errors in its queue: fills the buffers that the message points to, which are known by their addresses. */
function kernel(queued: Queued[]): Libc {
  const known = new Map<bigint, Uint8Array>();
  let next = 1n;
  const libc: Partial<Libc> = {
    address: (bytes) => {
      known.set(next, bytes);
      return next++;
    },
    errno: () => 'EAGAIN',
    recvmsg: (_, message) => {
      const entry = queued.shift();
      if (entry === undefined) return -1;
      const view = Buffer.from(message.buffer, message.byteOffset, message.length);
      known.get(view.readBigUInt64LE(0))?.set(encodeSockaddr(entry.to));
      const control = Buffer.from(known.get(view.readBigUInt64LE(32))?.buffer ?? new ArrayBuffer(0));
      const from = entry.from === undefined ? Buffer.alloc(16) : encodeSockaddr({ address: entry.from, port: 0 });
      control.writeBigUInt64LE(BigInt(32 + from.length), 0);
      control.writeInt32LE(entry.level, 8);
      control.writeInt32LE(entry.type, 12);
      const [origin, type, code, info] = entry.error;
      control.set([90, 0, 0, 0, origin, type, code, 0], 16);
      control.writeUInt32LE(info, 24);
      control.set(from, 32);
      view.writeBigUInt64LE(BigInt(32 + from.length), 40);
      return 0;
    },
  };
  return libc as Libc;
}

function read(error: Queued['error'], from?: string) {
  const v6 = error[0] === ICMP6;
  const to = v6 ? PEER6 : PEER;
  const entry = { level: v6 ? 41 : 0, type: v6 ? 25 : 11, error, to, ...(from === undefined ? {} : { from }) };
  return new ErrorQueue(kernel([entry]), 3).read();
}

describe('the error queue', () => {
  it.each([
    [ICMP, 3, 0, 0, 'host-unreachable', 'net unreachable'],
    [ICMP, 3, 1, 0, 'host-unreachable', 'host unreachable'],
    [ICMP, 3, 2, 0, 'other', 'protocol unreachable'],
    [ICMP, 3, 3, 0, 'port-unreachable', 'port unreachable'],
    [ICMP, 3, 9, 0, 'prohibited', 'net administratively prohibited'],
    [ICMP, 3, 10, 0, 'prohibited', 'host administratively prohibited'],
    [ICMP, 3, 13, 0, 'prohibited', 'administratively prohibited'],
    [ICMP, 11, 0, 0, 'other', 'time exceeded in transit'],
    [ICMP6, 1, 0, 0, 'host-unreachable', 'no route to destination'],
    [ICMP6, 1, 1, 0, 'prohibited', 'administratively prohibited'],
    [ICMP6, 1, 3, 0, 'host-unreachable', 'address unreachable'],
    [ICMP6, 1, 4, 0, 'port-unreachable', 'port unreachable'],
    [ICMP6, 1, 5, 0, 'prohibited', 'source address failed policy'],
    [ICMP6, 4, 1, 0, 'other', 'parameter problem: unrecognized next header'],
  ] as const)('origin %i, type %i, code %i', (origin, type, code, info, reason, text) => {
    const from = origin === ICMP6 ? '2001:db8::fe' : '10.0.0.254';
    expect(read([origin, type, code, info], from)).toEqual([{ reason, text, from, remote: origin === ICMP6 ? PEER6 : PEER }]);
  });

  it('path MTU: from a router, from one that says none, from ourselves', () => {
    expect(read([ICMP, 3, 4, 1300], '10.0.0.254')).toMatchObject([{ reason: 'too-big', mtu: 1300, from: '10.0.0.254' }]);
    expect(read([ICMP, 3, 4, 0], '10.0.0.254')).toEqual([
      { reason: 'too-big', text: 'fragmentation needed', from: '10.0.0.254', remote: PEER },
    ]);
    expect(read([ICMP6, 2, 0, 1280], '2001:db8::fe')).toMatchObject([{ reason: 'too-big', mtu: 1280, from: '2001:db8::fe' }]);
    expect(read([LOCAL, 0, 0, 1400])).toEqual([
      { reason: 'too-big', mtu: 1400, text: 'too big: this host knows of a path MTU of 1400', remote: PEER },
    ]);
  });

  it('is emptied, but not without end; what is not understood is passed over', () => {
    const entry: Queued = { level: 0, type: 11, error: [ICMP, 3, 3, 0], to: PEER };
    const strange = [
      { ...entry, level: 1 },
      { ...entry, error: [7, 0, 0, 0] as const },
    ];
    expect(new ErrorQueue(kernel([entry, ...strange, entry]), 3).read()).toHaveLength(2);
    expect(new ErrorQueue(kernel(Array.from({ length: 1000 }, () => entry)), 3).read()).toHaveLength(64);
  });

  it.skipIf(real === undefined)('of a descriptor that is none', () => {
    expect(new ErrorQueue(real as Libc, -1).read()).toEqual([]);
  });
});
