import { describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError } from '../../../src/bytes/errors.js';
import type { Path } from '../../../src/engine/step.js';
import {
  connectOpenvpnTcp,
  listenOpenvpnTcp,
  type OpenvpnArrival,
  type OpenvpnSockets,
  openOpenvpnUdp,
} from '../../../src/transport/openvpn/sockets.js';
import { isHere } from '../../support/loopback.js';

const PATIENCE = 30_000;
const PACKET = Uint8Array.of(0x38, 1, 2, 3);

function watched(sockets: OpenvpnSockets) {
  const all: OpenvpnArrival[] = [];
  let check = () => {};
  sockets.onArrival((arrival) => {
    all.push(arrival);
    check();
  });
  onTestFinished(() => sockets.close());
  const count = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${all.length} of ${wanted} arrivals`)), PATIENCE);
      check = () => {
        if (all.length < wanted) return;
        clearTimeout(timer);
        resolve();
      };
      check();
    });
  return { sockets, all, count, local: sockets.local ?? { address: '', port: 0 } };
}

const pathOf = (channel: Path['channel'], from: { local: Path['local'] }, to: { local: Path['local'] }): Path => ({
  channel,
  local: from.local,
  remote: to.local,
});

describe('UDP', () => {
  it.for(['127.0.0.1', '::1'])('%s: a datagram a packet, both ways', async (address, { skip }) => {
    skip(!isHere(address), 'no IPv6 here');
    const server = watched(await openOpenvpnUdp({ addresses: [address], port: 0 }));
    const client = watched(await openOpenvpnUdp({ addresses: [address], port: 0, remote: server.local }));
    client.sockets.send(pathOf('openvpn', client, server), PACKET);
    await server.count(1);
    expect(server.all).toEqual([{ kind: 'packet', path: pathOf('openvpn', server, client), bytes: Buffer.from(PACKET) }]);
    server.sockets.send(pathOf('openvpn', server, client), new Uint8Array(1400).fill(9));
    await client.count(1);
    expect(client.all[0]).toMatchObject({ kind: 'packet', path: pathOf('openvpn', client, server) });
  });

  it('a port that nobody has is told', async () => {
    const gone = await openOpenvpnUdp({ addresses: ['127.0.0.1'], port: 0 });
    const remote = gone.local ?? { address: '', port: 0 };
    await gone.close();
    const client = watched(await openOpenvpnUdp({ addresses: ['127.0.0.1'], port: 0, remote }));
    client.sockets.send({ channel: 'openvpn', local: client.local, remote }, PACKET);
    await client.count(1);
    expect(client.all[0]).toMatchObject({ kind: 'error', reason: 'port-unreachable', path: { remote } });
  });

  it('a port that is taken is said with its flag', async () => {
    const first = watched(await openOpenvpnUdp({ addresses: ['127.0.0.1'], port: 0 }));
    await expect(openOpenvpnUdp({ addresses: ['127.0.0.1'], port: first.local.port, flag: '--port' })).rejects.toThrow(EnvironmentError);
  });
});

describe('TCP', () => {
  it('packets behind their length, however the stream is cut', async () => {
    const server = watched(await listenOpenvpnTcp({ addresses: ['127.0.0.1'], port: 0 }));
    const client = watched(await connectOpenvpnTcp({ remote: server.local, milliseconds: PATIENCE }));
    const sizes = [1, 4, 1500, 65_535];
    for (const size of sizes) client.sockets.send(pathOf('openvpn-tcp', client, server), new Uint8Array(size).fill(size & 0xff));
    await server.count(sizes.length);
    expect(server.all.map((arrival) => (arrival.kind === 'packet' ? arrival.bytes.length : arrival.text))).toEqual(sizes);
    const [first] = server.all;
    if (first?.kind !== 'packet') throw new TypeError('no packet');
    server.sockets.send(first.path, PACKET);
    await client.count(1);
    expect(client.all[0]).toEqual({ kind: 'packet', path: pathOf('openvpn-tcp', client, server), bytes: PACKET });
  });

  it('what cannot be framed is dropped, and the end of a connection is told', async () => {
    const server = watched(await listenOpenvpnTcp({ addresses: ['127.0.0.1'], port: 0 }));
    const client = watched(await connectOpenvpnTcp({ remote: server.local, milliseconds: PATIENCE }));
    const path = pathOf('openvpn-tcp', client, server);
    client.sockets.send(path, new Uint8Array(65_536));
    client.sockets.send(path, new Uint8Array(0));
    expect(client.sockets.dropped).toBe(2);
    client.sockets.send(path, PACKET);
    await server.count(1);
    await server.sockets.close();
    await client.count(1);
    expect(client.all[0]).toMatchObject({ kind: 'error', text: 'the peer closed the TCP connection' });
    client.sockets.send(path, PACKET);
    expect(client.all[1]).toMatchObject({ kind: 'error', text: 'there is no TCP connection to the peer' });
  });

  it('a refused connection says what should be there', async () => {
    const gone = await listenOpenvpnTcp({ addresses: ['127.0.0.1'], port: 0 });
    const remote = gone.local ?? { address: '', port: 0 };
    await gone.close();
    await expect(connectOpenvpnTcp({ remote, milliseconds: PATIENCE })).rejects.toMatchObject({
      hint: expect.stringContaining('proto tcp'),
    });
  });
});
