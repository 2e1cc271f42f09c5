import { describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError } from '../../src/bytes/errors.js';
import { fromHex } from '../../src/bytes/hex.js';
import { findLibc } from '../../src/transport/libc.js';
import { openRaw } from '../../src/transport/raw.js';
import type { EspPath } from '../../src/transport/transport.js';
import { encodeIpPacket } from '../../src/wire/ip/ip-packet.js';
import { Arrivals } from '../support/arrivals.js';
import { isHere } from '../support/loopback.js';

const root = process.getuid?.() === 0 && findLibc() !== undefined;
const AH = fromHex(`04040000 00000100 00000001 ${'5a'.repeat(12)}`);
const ESP = Uint8Array.of(0xd5, 0x14, 0xee, 0xd9, 0, 0, 0, 1, 2, 3, 4, 5);

async function open(address: string) {
  const transport = await openRaw({ addresses: [address] });
  onTestFinished(() => transport.close());
  return { transport, arrivals: new Arrivals(transport) };
}

describe.skipIf(!root)('raw sockets (root)', () => {
  it.for([
    ['127.0.0.1', '127.0.0.2'],
    ['::1', '::1'],
  ] as const)('ESP and AH from %s to %s: AH as a whole packet, with the header it was sealed with', async ([from, to], { skip }) => {
    skip(!isHere(from), 'no IPv6 here');
    const a = await open(from);
    const b = from === to ? a : await open(to);
    const path: EspPath = { encapsulation: 'none', local: { address: from, port: 0 }, remote: { address: to, port: 0 } };
    const ah = encodeIpPacket({ src: from, dst: to, protocol: 51, payload: AH, identification: 0x1234 });
    a.transport.sendEsp(path, 'esp', ESP);
    await b.arrivals.count(1);
    a.transport.sendEsp(path, 'ah', ah);
    await b.arrivals.count(2);
    const back = { encapsulation: 'none', local: path.remote, remote: path.local };
    expect(b.arrivals.all).toEqual([
      { kind: 'esp', path: back, bytes: ESP },
      { kind: 'ah', path: back, bytes: ah },
    ]);
  });

  it('a zone is that of an interface', async () => {
    await expect(openRaw({ addresses: ['fe80::1%no-such-interface'] })).rejects.toThrow(/this host has no interface no-such-interface/);
  });

  it('a burst larger than a batch arrives whole and in order, and larger packets than a link takes', async () => {
    const [a, b] = [await open('127.0.0.1'), await open('127.0.0.2')];
    const path: EspPath = { encapsulation: 'none', local: { address: '127.0.0.1', port: 0 }, remote: { address: '127.0.0.2', port: 0 } };
    for (let n = 0; n < 200; n++) a.transport.sendEsp(path, 'esp', Uint8Array.of(...ESP, n));
    a.transport.sendEsp(path, 'esp', new Uint8Array(60_000).fill(7));
    await b.arrivals.count(201);
    const ends = b.arrivals.all.map((arrival) => ('bytes' in arrival ? arrival.bytes.at(-1) : undefined));
    expect(ends).toEqual([...Array(200).keys(), 7]);
    expect(b.transport.dropped + a.transport.dropped).toBe(0);
  });

  it('what cannot be sent is an arrival', async () => {
    // ESP to 127.0.0.1 may come from any test that runs beside this one.
    const { transport, arrivals } = await open('127.0.0.3');
    const path: EspPath = { encapsulation: 'none', local: { address: '127.0.0.3', port: 0 }, remote: { address: '127.0.0.2', port: 0 } };
    transport.sendEsp(path, 'esp', new Uint8Array(70_000));
    await arrivals.count(1);
    expect(arrivals.all).toMatchObject([{ kind: 'error', path: { remote: path.remote }, reason: 'too-big' }]);
    expect(transport.setFragmentation('probe')).toBe(true);
  });

  it('an address that is not ours leaves nothing open; closed twice', async () => {
    await expect(openRaw({ addresses: ['127.0.0.1', '192.0.2.77'] })).rejects.toThrow(EnvironmentError);
    const { transport } = await open('127.0.0.1');
    await Promise.all([transport.close(), transport.close()]);
  });
});
