import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import type { Path } from '../../src/engine/step.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { recordTransport } from '../../src/transport/recorded.js';
import { Recording } from '../../src/transport/recording.js';
import type { EspPath } from '../../src/transport/transport.js';
import { encodeIpPacket } from '../../src/wire/ip/ip-packet.js';
import { ipv4ChecksumHolds } from '../../src/wire/ip/ipv4.js';
import { transportChecksum } from '../../src/wire/ip/transport-checksum.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryNetwork } from '../support/memory-network.js';
import { observeAll } from '../support/observe.js';
import { IKE_HEADER, ipv4 } from '../support/packets.js';
import { type ReadPacket, readAll } from '../support/read-all.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const file = temporaryFolder();
const IKE = fromHex(IKE_HEADER);
const ESP = fromHex(`d514eed900000007${'a5'.repeat(16)}`);
const AH = fromHex(`04040000 00000100 00000001 ${'5a'.repeat(12)} 4500`);
const DATE = Date.UTC(2026, 0, 2, 3, 4, 5) + 0.25;

function record(name: string, addresses: readonly [string, string] = ['10.0.0.1', '10.0.0.2']) {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock);
  const path = file(name);
  const recording = new Recording({ path, application: 'vpndoctor test', date: () => DATE + clock.now() });
  onTestFinished(() => recording.close());
  const [a, b] = addresses.map((address) => network.attach({ addresses: [address] }));
  if (a === undefined || b === undefined) throw new Error('no hosts');
  const transport = recordTransport(a, recording);
  transport.onArrival(() => {});
  b.onArrival((arrival) => {
    if (arrival.kind === 'message') b.sendMessage(arrival.path, arrival.bytes);
  });
  const to = (channel: 'ike' | 'natt' | 'tcp'): Path => ({ channel, local: a.paths[channel], remote: b.paths[channel] });
  return { clock, recording, transport, to, path };
}

function packetsOf(path: string): readonly ReadPacket[] {
  const { packets, end } = readAll(readFileSync(path));
  expect(end.notes).toEqual([]);
  return packets;
}

function unitsOf(path: string): string[] {
  const bytes = packetsOf(path).map(({ hex }) => fromHex(hex));
  return observeAll(bytes).flatMap(({ packet, units }) => [
    ...units.map(({ unit }) => `${unit.kind} ${unit.src.address} > ${unit.dst.address} ${unit.encapsulation}`),
    ...packet.layers.filter(({ kind }) => kind === 'natt-keepalive').map(() => 'keepalive'),
  ]);
}

/** Every checksum that the packet has. */
function checksumsHold(hex: string): boolean {
  const bytes = fromHex(hex);
  const v6 = bytes[0] === 0x60;
  const [protocol, body, src, dst] = v6
    ? [bytes[6], bytes.subarray(40), bytes.subarray(8, 24), bytes.subarray(24, 40)]
    : [bytes[9], bytes.subarray(20), bytes.subarray(12, 16), bytes.subarray(16, 20)];
  const inner = protocol === 17 || protocol === 6 ? transportChecksum(src, dst, protocol, body) === 0 : true;
  return inner && (v6 || ipv4ChecksumHolds(bytes.subarray(0, 20)));
}

describe('a recorded transport', () => {
  it.each([
    ['v4.pcapng', '10.0.0.1', '10.0.0.2'],
    ['v6.pcapng', '2001:db8::1', '2001:db8::2'],
  ] as const)('%s: what goes out and comes in is in the file as it was on the wire', (name, src, dst) => {
    const { clock, recording, transport, to, path } = record(name, [src, dst]);
    const ends = { local: to('natt').local, remote: to('natt').remote };
    transport.sendMessage(to('ike'), IKE);
    clock.advance(5);
    transport.sendMessage(to('natt'), IKE);
    clock.advance(5);
    transport.sendEsp({ encapsulation: 'udp', ...ends }, 'esp', ESP);
    transport.sendEsp({ encapsulation: 'none', ...ends }, 'esp', ESP);
    transport.sendEsp({ encapsulation: 'none', ...ends }, 'ah', encodeIpPacket({ src, dst, protocol: 51, payload: AH }));
    transport.sendKeepalive(to('natt'));
    recording.close();
    const out = `${src} > ${dst}`;
    const back = `${dst} > ${src}`;
    expect(unitsOf(path).slice(0, 7)).toEqual([
      `ike ${out} none`,
      `ike ${back} none`,
      `ike ${out} udp`,
      `ike ${back} udp`,
      `esp ${out} udp`,
      `esp ${out} none`,
      `ah ${out} none`,
    ]);
    const packets = packetsOf(path);
    expect(packets).toHaveLength(8);
    expect(packets.filter(({ hex }) => !checksumsHold(hex))).toEqual([]);
    expect(packets[7]?.hex.endsWith('ff')).toBe(true);
    expect(packets.slice(0, 3).map(({ sec, nsec }) => (sec - DATE / 1000) * 1e3 + nsec / 1e6)).toEqual([
      expect.closeTo(0, 3),
      expect.closeTo(2, 3),
      expect.closeTo(5, 3),
    ]);
  });

  it('TCP: a stream that its readers can follow, however long the messages', () => {
    const { clock, recording, transport, to, path } = record('tcp.pcapng');
    const long: EspPath = { encapsulation: 'tcp', local: to('tcp').local, remote: to('tcp').remote };
    transport.sendMessage(to('tcp'), IKE);
    clock.advance(5);
    transport.sendEsp(long, 'esp', Buffer.concat([ESP, Buffer.alloc(40_000)]));
    transport.sendMessage(to('tcp'), IKE);
    recording.close();
    expect(unitsOf(path)).toEqual([
      'ike 10.0.0.1 > 10.0.0.2 tcp',
      'ike 10.0.0.2 > 10.0.0.1 tcp',
      'esp 10.0.0.1 > 10.0.0.2 tcp',
      'ike 10.0.0.1 > 10.0.0.2 tcp',
    ]);
    expect(packetsOf(path).filter(({ hex }) => !checksumsHold(hex))).toEqual([]);
  });

  it('inner packets on an interface of their own, keys before what they open, and only the owner reads it', () => {
    const { recording, path } = record('inner.pcapng');
    const inner = ipv4(1, '0800f7ff00000000');
    recording.secrets(0x45535053, Buffer.from('"uat"'));
    recording.inner(inner);
    recording.close();
    const secrets: number[] = [];
    const { packets } = readAll(readFileSync(path), 7, { onSecrets: ({ type }) => secrets.push(type) });
    expect(packets).toMatchObject([{ interfaceId: 1, linkType: 101, hex: Buffer.from(inner).toString('hex') }]);
    expect(secrets).toEqual([0x45535053]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keys stand before the packets of the turn that made them, in the order they came', async () => {
    const { recording, path } = record('turns.pcapng');
    const [before, during] = [ipv4(1, '01'), ipv4(1, '02')];
    recording.wire(before);
    await Promise.resolve();
    recording.wire(during);
    recording.wire(during);
    recording.secrets(1, Buffer.from('a'));
    recording.secrets(2, Buffer.from('b'));
    recording.wire(during);
    await Promise.resolve();
    recording.secrets(3, Buffer.from('c'));
    recording.close();
    const order: string[] = [];
    const reader = createCaptureReader(({ data, end }) => void order.push(`packet ${data[end - 1]}`), {
      onSecrets: ({ type }) => void order.push(`keys ${type}`),
    });
    reader.feed(readFileSync(path));
    reader.end();
    expect(order).toEqual(['packet 1', 'keys 1', 'keys 2', 'packet 2', 'packet 2', 'packet 2', 'keys 3']);
  });

  it('can be read while it is written, without being closed', async () => {
    const { transport, to, path } = record('cut.pcapng');
    expect(packetsOf(path)).toEqual([]);
    transport.sendMessage(to('ike'), IKE);
    await expect.poll(() => packetsOf(path)).toHaveLength(1);
    for (let n = 0; n < 2000; n++) transport.sendMessage(to('ike'), IKE);
    // Whole blocks, whatever moment it is looked at.
    expect(packetsOf(path).length).toBeGreaterThan(1000);
  });

  it('a file that cannot be written is told at once; a disk that is full, at the end', () => {
    expect(() => new Recording({ path: '/nowhere/at/all.pcapng' })).toThrow('no such folder');
    expect(() => new Recording({ path: '/dev/full' })).toThrow('the disk is full');
  });
});
