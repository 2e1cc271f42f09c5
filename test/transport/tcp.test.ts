import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError } from '../../src/bytes/errors.js';
import type { Path } from '../../src/engine/step.js';
import { connectTcp, listenTcp, type TcpTransport } from '../../src/transport/tcp.js';
import type { EspPath } from '../../src/transport/transport.js';
import { Arrivals } from '../support/arrivals.js';
import { isHere } from '../support/loopback.js';
import { seeded } from '../support/seeded.js';

const SPI = Uint8Array.of(0xd5, 0x14, 0xee, 0xd9, 0, 0, 0, 1);

async function serve(addresses = ['127.0.0.1']) {
  const transport = await listenTcp({ addresses, port: 0 });
  onTestFinished(() => transport.close());
  return { transport, arrivals: new Arrivals(transport), at: transport.paths.tcp ?? { address: '', port: 0 } };
}

async function client(remote: { address: string; port: number }) {
  const transport = await connectTcp({ remote, milliseconds: 5000 });
  onTestFinished(() => transport.close());
  return { transport, arrivals: new Arrivals(transport), path: { channel: 'tcp', local: transport.paths.tcp, remote } as Path };
}

/** A connection that speaks whatever it likes. */
async function stranger({ address, port }: { address: string; port: number }, hex: string) {
  const socket = connect(port, address);
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.setNoDelay(true);
  socket.write(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
  return socket;
}

const PREFIX = '494b45544350';
/** Headers without payloads. */
const IKE_REQUEST = '1111111111111111000000000000000000202208000000000000001c';
const IKE_RESPONSE = '1111111111111111222222222222222200202220000000000000001c';

describe('IKE and ESP in TCP', () => {
  it.for(['127.0.0.1', '::1'])('%s: both ways, three kinds', async (address, { skip }) => {
    skip(!isHere(address), 'no IPv6 here');
    const server = await serve([address]);
    const { transport, arrivals, path } = await client(server.at);
    const esp: EspPath = { encapsulation: 'tcp', local: path.local, remote: path.remote };
    transport.sendMessage(path, SPI);
    transport.sendEsp(esp, 'esp', SPI);
    transport.sendKeepalive(path);
    await server.arrivals.count(3);
    const back: Path = { channel: 'tcp', local: path.remote, remote: path.local };
    expect(server.arrivals.all).toEqual([
      { kind: 'message', path: back, bytes: SPI },
      { kind: 'esp', path: { encapsulation: 'tcp', local: path.remote, remote: path.local }, bytes: SPI },
      { kind: 'keepalive', path: back },
    ]);
    server.transport.sendMessage(back, SPI);
    server.transport.sendEsp({ encapsulation: 'tcp', local: back.local, remote: back.remote }, 'esp', new Uint8Array(65_533).fill(9));
    await arrivals.count(2);
    expect(arrivals.all[0]).toEqual({ kind: 'message', path, bytes: SPI });
    expect(arrivals.all[1]).toMatchObject({ kind: 'esp', bytes: new Uint8Array(65_533).fill(9) });
    expect(transport.dropped + server.transport.dropped).toBe(0);
  });

  it('messages cut anywhere are put together', async () => {
    const server = await serve();
    const socket = await stranger(server.at, '');
    const bytes = Buffer.from(`${PREFIX} 0008 00000000 0102 0003 ff 0006 d514eed9 0007 0000000003`.replace(/\s/g, ''), 'hex');
    for (const byte of bytes) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.arrivals.count(4);
    expect(
      server.arrivals.all.map((arrival) => [arrival.kind, 'bytes' in arrival ? Buffer.from(arrival.bytes).toString('hex') : '']),
    ).toEqual([
      ['message', '0102'],
      ['keepalive', ''],
      ['esp', 'd514eed9'],
      ['message', '03'],
    ]);
  });

  it.each([
    ['another protocol', '47455420', 'does not begin with "IKETCP"'],
    ['no prefix', '0008 00000000 0102', 'does not begin with "IKETCP"'],
    ['a length of 0', `${PREFIX} 0000`, 'leaves no message'],
    ['a length of 2', `${PREFIX} 0002 0003 ff`, 'leaves no message'],
  ])('closes on %s', async (_, hex, text) => {
    const server = await serve();
    const socket = await stranger(server.at, hex);
    await server.arrivals.count(1);
    expect(server.arrivals.all).toMatchObject([{ kind: 'error', reason: 'other', text: expect.stringContaining(text) }]);
    if (!socket.closed) await once(socket, 'close');
    // Those who come after are served.
    const { transport, path } = await client(server.at);
    transport.sendMessage(path, SPI);
    await server.arrivals.count(2);
    expect(server.arrivals.all[1]?.kind).toBe('message');
  });

  it('tells of the end of a stream once, and of what is sent into none', async () => {
    const server = await serve();
    const one = await client(server.at);
    one.transport.sendMessage(one.path, SPI);
    await server.arrivals.count(1);
    await one.transport.close();
    await server.arrivals.count(2);
    const path = server.arrivals.all[0]?.path as Path;
    expect(server.arrivals.all[1]).toEqual({ kind: 'error', path, reason: 'other', text: 'the peer closed the TCP connection' });
    server.transport.sendMessage(path, SPI);
    expect(server.arrivals.all[2]).toMatchObject({ kind: 'error', path, text: 'there is no TCP connection to the peer' });
    expect(one.arrivals.all).toEqual([]);
  });

  it('whom we called closes: we call again with what was not answered, and by the same path', async () => {
    const seen: string[] = [];
    let connections = 0;
    // Answers the first request and closes, as libreswan does behind INVALID_KE_PAYLOAD.
    const server = createServer((socket) => {
      const first = ++connections === 1;
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        const text = chunk.toString('hex');
        if (!text.endsWith(IKE_REQUEST) || socket.writableEnded) return;
        seen.push(`${connections}`);
        socket.write(Buffer.from(`002200000000${IKE_RESPONSE}`, 'hex'));
        if (first) socket.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { transport, arrivals, path } = await client({ address: '127.0.0.1', port });
    const request = new Uint8Array(Buffer.from(IKE_REQUEST, 'hex'));
    transport.sendMessage(path, request);
    await arrivals.count(1);
    // At once, into the connection that is about to end: nobody reads it there.
    transport.sendMessage(path, request);
    await arrivals.count(2);
    expect(arrivals.all.map((arrival) => [arrival.kind, arrival.kind === 'message' && arrival.path])).toEqual([
      ['message', path],
      ['message', path],
    ]);
    expect(seen).toEqual(['1', '2']);
  });

  it('whom we called closes without a word: that is told, and not tried again', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { transport, arrivals, path } = await client({ address: '127.0.0.1', port: (server.address() as AddressInfo).port });
    transport.sendMessage(path, new Uint8Array(Buffer.from(IKE_REQUEST, 'hex')));
    await arrivals.count(1);
    expect(arrivals.all[0]?.kind).toBe('error');
    expect(connections).toBe(1);
  });

  it('says what was written before it closes', async () => {
    const server = await serve();
    const { transport, path } = await client(server.at);
    for (let n = 0; n < 100; n++) transport.sendMessage(path, new Uint8Array(10_000).fill(n));
    await transport.close();
    await server.arrivals.count(100);
  });

  it('drops for a peer that does not take anything', async () => {
    const server = await serve();
    const socket = await stranger(server.at, `${PREFIX} 0003 ff`);
    await server.arrivals.count(1);
    socket.pause();
    const path = server.arrivals.all[0]?.path as Path;
    const { local, remote } = path;
    for (let n = 0; n < 2000; n++) server.transport.sendEsp({ encapsulation: 'tcp', local, remote }, 'esp', new Uint8Array(60_000));
    expect(server.transport.dropped).toBeGreaterThan(1000);
    const begun = performance.now();
    await server.transport.close();
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('takes whatever bytes come, cut wherever', async () => {
    const server = await serve();
    const random = seeded(4);
    for (let run = 0; run < 100; run++) {
      const socket = await stranger(server.at, run % 4 === 0 ? '' : PREFIX);
      for (let chunk = 0; chunk < 5; chunk++) {
        // Small lengths in front, so that many a message is whole.
        const bytes = Uint8Array.from({ length: Math.floor(random() * 60) }, (_, at) => Math.floor(random() * (at % 2 === 0 ? 2 : 256)));
        if (!socket.destroyed) socket.write(bytes);
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.destroy();
    }
    const { transport, path } = await client(server.at);
    transport.sendMessage(path, Uint8Array.of(...SPI, 99));
    await expect.poll(() => server.arrivals.all.some((arrival) => arrival.kind === 'message' && arrival.bytes.at(-1) === 99)).toBe(true);
    expect(new Set(server.arrivals.all.map(({ kind }) => kind)).size).toBeGreaterThan(2);
  });

  it('nobody listens, no answer, a port that is taken', async () => {
    const server = await serve();
    const taken = await listenTcp({ addresses: ['127.0.0.1'], port: server.at.port, flag: '--tcp-port' }).catch((e) => e);
    expect(taken).toBeInstanceOf(EnvironmentError);
    expect(taken.message).toContain(`TCP port ${server.at.port} of 127.0.0.1 is taken`);
    expect(taken.hint).toContain('--tcp-port 0');
    await server.transport.close();
    await expect(connectTcp({ remote: server.at, milliseconds: 5000 })).rejects.toThrow('refuses the connection');
  });

  it('closed twice, and nothing stays behind', async () => {
    const ours = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
    const before = ours();
    const server: TcpTransport = await listenTcp({ addresses: ['127.0.0.1', '::1'].filter(isHere), port: 0 });
    const transport = await connectTcp({ remote: server.paths.tcp ?? { address: '', port: 0 }, milliseconds: 5000 });
    await Promise.all([transport.close(), server.close()]);
    await Promise.all([transport.close(), server.close()]);
    for (let turn = 0; turn < 100 && ours() > before; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(ours()).toBeLessThanOrEqual(before);
  });
});
