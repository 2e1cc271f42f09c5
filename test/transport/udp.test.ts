import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError } from '../../src/bytes/errors.js';
import type { Path } from '../../src/engine/step.js';
import { findLibc } from '../../src/transport/libc.js';
import type { Arrival, EspPath } from '../../src/transport/transport.js';
import { openUdp, type UdpOptions, type UdpTransport } from '../../src/transport/udp.js';
import { Arrivals } from '../support/arrivals.js';
import { isHere } from '../support/loopback.js';

const SPI = Uint8Array.of(0xd5, 0x14, 0xee, 0xd9, 0, 0, 0, 1);
const FREE = { ike: 0, natt: 0 };

async function open(options: Partial<UdpOptions> = {}): Promise<{ transport: UdpTransport; arrivals: Arrivals }> {
  const transport = await openUdp({ addresses: ['127.0.0.1'], ports: FREE, ...options });
  onTestFinished(() => transport.close());
  return { transport, arrivals: new Arrivals(transport) };
}

function path(channel: 'ike' | 'natt', from: UdpTransport, to: UdpTransport): Path {
  const local = from.paths[channel];
  const remote = to.paths[channel];
  if (local === undefined || remote === undefined) throw new Error(`no ${channel} socket`);
  return { channel, local, remote };
}

const addresses = ['127.0.0.1', '::1'] as const;

describe('UDP', () => {
  it.for(addresses)('%s: IKE on both channels, ESP and keepalives, markers put on and taken off', async (address, { skip }) => {
    skip(!isHere(address), 'no IPv6 here');
    const a = await open({ addresses: [address] });
    const b = await open({ addresses: [address] });
    const [ike, natt] = [path('ike', a.transport, b.transport), path('natt', a.transport, b.transport)];
    const esp: EspPath = { encapsulation: 'udp', local: natt.local, remote: natt.remote };
    const besideIke: EspPath = { encapsulation: 'udp-ike', local: ike.local, remote: ike.remote };
    a.transport.sendMessage(ike, SPI);
    await b.arrivals.count(1);
    a.transport.sendMessage(natt, SPI);
    a.transport.sendEsp(esp, 'esp', SPI);
    a.transport.sendKeepalive(natt);
    await b.arrivals.count(4);
    a.transport.sendEsp(besideIke, 'esp', SPI);
    await b.arrivals.count(5);
    const seen = (kind: Arrival['kind'], { local, remote, ...rest }: Path | EspPath) => ({
      kind,
      path: { ...rest, local: remote, remote: local },
      ...(kind === 'keepalive' ? {} : { bytes: Buffer.from(SPI) }),
    });
    // Whether Node or we read it, there are no more than bytes.
    const all = b.arrivals.all.map((arrival) => ('bytes' in arrival ? { ...arrival, bytes: Buffer.from(arrival.bytes) } : arrival));
    expect(all).toEqual([seen('message', ike), seen('message', natt), seen('esp', esp), seen('keepalive', natt), seen('esp', besideIke)]);
  });

  it.each([
    ['nothing', 'natt', '', 'esp'],
    ['three bytes', 'natt', '010203', 'esp'],
    ['a marker alone', 'natt', '00000000', 'message'],
    ['nothing', 'ike', '', 'message'],
    ['a keepalive', 'ike', 'ff', 'keepalive'],
    ['seven bytes', 'ike', '00000000000000', 'message'],
    ['eight zeroes alone', 'ike', '0000000000000000', 'message'],
    ['eight zeroes and an SPI, as the first drafts had ESP', 'ike', '000000000000000011223344', 'esp'],
  ] as const)('what is no message reaches those who can say so: %s on %s', async (_, channel, hex, kind) => {
    const { transport, arrivals } = await open();
    const stranger = createSocket('udp4');
    stranger.send(Buffer.from(hex, 'hex'), transport.paths[channel]?.port ?? 0, '127.0.0.1', () => stranger.close());
    await arrivals.count(1);
    expect(arrivals.all[0]?.kind).toBe(kind);
  });

  it('knows which of its addresses was spoken to, and answers from there', async () => {
    const server = await open({ addresses: ['127.0.0.1', '127.0.0.2', '::1'].filter(isHere) });
    const port = server.transport.paths.ike?.port ?? 0;
    for (const [from, to] of [
      ['127.0.0.1', '127.0.0.2'],
      ['::1', '::1'],
    ] as const) {
      if (!isHere(from)) continue;
      const client = await open({ addresses: [from] });
      const there = { channel: 'ike', local: client.transport.paths.ike, remote: { address: to, port } } as Path;
      client.transport.sendMessage(there, SPI);
      const before = server.arrivals.all.length;
      await server.arrivals.count(before + 1);
      expect(server.arrivals.all[before]?.path.local).toEqual(there.remote);
      server.transport.sendMessage(server.arrivals.all[before]?.path as Path, SPI);
      await client.arrivals.count(1);
      expect(client.arrivals.all[0]?.path).toEqual(there);
    }
  });

  it('takes a further address while it runs', async () => {
    const [moving, peer] = [await open(), await open()];
    await moving.transport.addAddress('127.0.0.3');
    const there = { ...path('natt', moving.transport, peer.transport) };
    const moved = { ...there, local: { address: '127.0.0.3', port: there.local.port } };
    moving.transport.sendMessage(moved, SPI);
    moving.transport.sendMessage(there, SPI);
    await peer.arrivals.count(2);
    expect(peer.arrivals.all.map((arrival) => arrival.path.remote)).toEqual([moved.local, there.local]);
    await expect(moving.transport.addAddress('127.0.0.3')).rejects.toThrow('is taken by another program');
    await expect(moving.transport.addAddress('192.0.2.1')).rejects.toThrow(EnvironmentError);
  });

  it('keeps what came before anybody listened, up to a bound', async () => {
    const transport = await openUdp({ addresses: ['127.0.0.1'], ports: { ike: 0 } });
    onTestFinished(() => transport.close());
    const b = await open();
    const to = { channel: 'ike', local: b.transport.paths.ike, remote: transport.paths.ike } as Path;
    for (let n = 0; n < 300; n++) b.transport.sendMessage(to, SPI);
    while (transport.dropped < 44) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(new Arrivals(transport).all).toHaveLength(256);
    expect(transport.dropped).toBe(44);
    expect(transport.paths.natt).toBeUndefined();
  });

  it('a port that is taken: says which and what to do, and leaves nothing open', async () => {
    const holder = createSocket('udp4');
    holder.bind({ port: 0, address: '127.0.0.1', exclusive: true });
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    const { port } = holder.address();
    const error = await openUdp({ addresses: ['127.0.0.1'], ports: { ike: 0, natt: port }, flags: { natt: '--natt-port' } }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe(`UDP port ${port} of 127.0.0.1 is taken by another program`);
    expect(error.hint).toBe(`ss -anpu 'sport = :${port}' names it; --natt-port 0 takes a free one`);
    await expect.poll(() => process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP'))).toHaveLength(1);
  });

  it('an address that is not ours', async () => {
    await expect(openUdp({ addresses: ['192.0.2.1'], ports: FREE })).rejects.toThrow('this host has no such address');
  });

  it.for(addresses)('%s: tells of a closed port where there is but one peer, and still speaks to another', async (address, { skip }) => {
    skip(!isHere(address), 'no IPv6 here');
    const peer = await open({ addresses: [address] });
    const gone = await openUdp({ addresses: [address], ports: FREE });
    const closed = { ...gone.paths.ike } as { address: string; port: number };
    await gone.close();
    const a = await open({ addresses: [address], remotes: { ike: closed } });
    const to = { ...path('ike', a.transport, peer.transport), remote: closed };
    a.transport.sendMessage(to, SPI);
    await a.arrivals.count(1);
    expect(a.arrivals.all[0]).toMatchObject({ kind: 'error', path: to, reason: 'port-unreachable', ...(findLibc() && { from: address }) });
    a.transport.sendMessage(path('ike', a.transport, peer.transport), SPI);
    await peer.arrivals.count(1);
  });

  it.each([
    ['too-big', '127.0.0.1', 70_000],
    ['other', '::1', 8],
  ] as const)('what cannot be sent is an arrival, not an exception: %s', async (reason, address, length) => {
    const { transport, arrivals } = await open();
    const to = { channel: 'ike', local: transport.paths.ike, remote: { address, port: 9 } } as Path;
    transport.sendMessage(to, new Uint8Array(length));
    await arrivals.count(1);
    expect(arrivals.all).toMatchObject([{ kind: 'error', path: to, reason }]);
  });

  it('is silent once closed, and may be closed twice', async () => {
    const { transport, arrivals } = await open();
    const to = path('ike', transport, transport);
    transport.sendMessage(to, SPI);
    await transport.close();
    await transport.close();
    transport.sendMessage(to, SPI);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(arrivals.all).toEqual([]);
  });

  it('a burst arrives whole', async () => {
    const [a, b] = [await open(), await open()];
    const esp: EspPath = { encapsulation: 'udp', ...pick(path('natt', a.transport, b.transport)) };
    // What the smallest default of net.core.rmem_max holds of small datagrams.
    for (let n = 0; n < 150; n++) a.transport.sendEsp(esp, 'esp', SPI);
    await b.arrivals.count(150);
  });
});

function pick({ local, remote }: Path) {
  return { local, remote };
}
