import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DatagramBatch } from '../../src/transport/datagram-batch.js';
import { findLibc, type Libc } from '../../src/transport/libc.js';
import { UdpSocket } from '../../src/transport/udp-socket.js';
import { isHere } from '../support/loopback.js';

const PEER = { address: '192.0.2.1', port: 1194 };
const OTHER = { address: '192.0.2.2', port: 1194 };
const datagram = (length: number, n = 0) => new Uint8Array(length).fill(n + 1);

/** A kernel that notes lengths, and fails as it is told. */
function batchWith(errno?: string, knows = true) {
  const sent: { readonly length: number; readonly each: number }[] = [];
  const buffers = new Map<bigint, Uint8Array>();
  const at = (message: Uint8Array, offset: number) => {
    const { buffer, byteOffset } = buffers.get(new DataView(message.buffer, message.byteOffset).getBigUint64(offset, true)) as Uint8Array;
    return new DataView(buffer, byteOffset);
  };
  const libc = {
    address: (bytes: Uint8Array) => {
      const address = BigInt(buffers.size + 1);
      buffers.set(address, bytes);
      return address;
    },
    sendmsg: (_fd: number, message: Uint8Array) => {
      sent.push({ length: Number(at(message, 16).getBigUint64(8, true)), each: at(message, 32).getUint16(16, true) });
      return errno === undefined ? 1 : -1;
    },
    getsockopt: (_fd: number, level: number, option: number) => (knows && level === 17 && option === 103 ? 0 : -1),
    errno: () => errno ?? '',
  } as unknown as Libc;
  const batch = DatagramBatch.on(libc, 3) as DatagramBatch;
  return { batch, sent };
}

const ignore = () => expect.unreachable();

describe('a batch of datagrams', () => {
  it.each<[string, readonly [length: number, remote?: typeof PEER][], readonly boolean[]]>([
    ['all of a length', [[100], [100], [100]], [true, true, true]],
    ['a shorter one ends it', [[100], [60], [60], [100]], [true, true, false, false]],
    ['a longer one goes into the next', [[100], [101]], [true, false]],
    ['another peer goes into the next', [[100], [100, OTHER], [100]], [true, false, true]],
    ['no more than one IP packet holds', [[30_000], [30_000], [30_000]], [true, true, false]],
    ['an empty one goes by itself', [[0], [100], [0]], [false, true, false]],
  ])('%s', (_, given, taken) => {
    const { batch, sent } = batchWith();
    expect(given.map(([length, remote = PEER]) => batch.add(datagram(length), remote))).toEqual(taken);
    batch.send(ignore);
    const lengths = given.filter((_one, n) => taken[n]).map(([length]) => length);
    expect(sent).toEqual([{ length: lengths.reduce((sum, length) => sum + length, 0), each: lengths[0] }]);
    batch.send(ignore);
    expect(sent).toHaveLength(1);
  });

  it('no more than 16 at once', () => {
    const { batch } = batchWith();
    expect(Array.from({ length: 17 }, () => batch.add(datagram(50), PEER)).filter((taken) => taken)).toHaveLength(16);
  });

  it('gives back what did not go out, one by one', () => {
    const { batch } = batchWith('EIO');
    const back: unknown[] = [];
    for (const [n, length] of [90, 90, 20].entries()) batch.add(datagram(length, n), PEER);
    batch.send((bytes, remote, errno) => back.push([bytes, remote, errno]));
    expect(back).toEqual([90, 90, 20].map((length, n) => [datagram(length, n), PEER, 'EIO']));
    expect(batch.add(datagram(10), OTHER)).toBe(true);
  });
});

it('is not had of a kernel before 4.18, which would send all as one datagram', () => {
  expect(batchWith(undefined, false).batch).toBeUndefined();
});

it('whoever is told that it failed may begin the next one', () => {
  const { batch } = batchWith('EIO');
  for (const n of [0, 1, 2]) batch.add(datagram(90, n), PEER);
  const back: unknown[] = [];
  batch.send((bytes, remote) => {
    back.push([bytes, remote]);
    batch.add(datagram(40, 7), OTHER);
  });
  expect(back).toEqual([0, 1, 2].map((n) => [datagram(90, n), PEER]));
});

describe.skipIf(findLibc() === undefined)('a socket that sends much within a turn', () => {
  it.for([
    ['127.0.0.1', 'udp4'],
    ['::1', 'udp6'],
  ] as const)('%s: every datagram comes, whole and in order', async ([address, type], { skip }) => {
    skip(!isHere(address), 'no IPv6 here');
    const peer = createSocket(type);
    onTestFinished(() => void peer.close());
    const got: Buffer[] = [];
    peer.on('message', (bytes) => got.push(bytes));
    peer.bind({ port: 0, address });
    await once(peer, 'listening');
    const socket = await UdpSocket.open({ address, port: 0 }, { datagram: ignore, trouble: ignore });
    const remote = { address, port: peer.address().port };
    // Runs of a length, shorter ones between, one that is longer, and an empty one.
    const lengths = Array.from({ length: 60 }, (_, n) => (n % 23 === 22 ? 40 : n === 30 ? 1300 : n === 41 ? 0 : 1200));
    const sent = lengths.map((length, n) => Buffer.alloc(length, n + 1));
    for (const [n, bytes] of sent.slice(0, 50).entries()) socket.send(bytes, remote, n === 7 ? 'control' : 'traffic');
    // Over loopback they are there; the last are still to be sent when it closes.
    await expect.poll(() => got.length).toBe(50);
    for (const bytes of sent.slice(50)) socket.send(bytes, remote, 'traffic');
    await socket.close();
    await expect.poll(() => got.length).toBe(60);
    expect(Buffer.concat(got).equals(Buffer.concat(sent))).toBe(true);
    expect(got.map(({ length }) => length)).toEqual(lengths);
  });
});
