import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { findLibc } from '../../src/transport/libc.js';
import { givesIpv6, openTun, type TunDevice } from '../../src/transport/tun.js';
import { encodeIpPacket } from '../../src/wire/ip/ip-packet.js';
import { isHere } from '../support/loopback.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();

const root = process.getuid?.() === 0 && findLibc() !== undefined;
/** Of nobody else, and of the addresses that stand in documentation only (RFC 5737, RFC 3849). */
const NAME = `vpd${process.pid % 100_000}`;
const V4 = { ours: '198.51.100.1', theirs: '198.51.100.2', all: '198.51.100.0/30' };
const V6 = { ours: '2001:db8:7e57::1', theirs: '2001:db8:7e57::2', all: '2001:db8:7e57::/64' };

async function open(name = NAME): Promise<TunDevice> {
  const own = isHere('::1') ? [V4, V6] : [V4];
  const addresses = own.map(({ ours }) => `${ours}/${ours.includes(':') ? 128 : 32}`);
  const tun = await openTun({ name, addresses, mtu: 1400, routes: own.map(({ all }) => all), outside: ['127.0.0.1'] });
  onTestFinished(() => tun.close());
  return tun;
}

/** Many containers have no /dev/net/tun. */
async function hasTun(): Promise<boolean> {
  try {
    const tun = await openTun({ name: `${NAME}x`, addresses: [], mtu: 1400, routes: [] });
    await tun.close();
    return true;
  } catch (error) {
    if (error instanceof EnvironmentError) return false;
    throw error;
  }
}

const there = root && (await hasTun());

describe.skipIf(!there)('TUN (root)', () => {
  it.for([V4, V6])('the host sends through it and hears what is written: $ours', async ({ ours, theirs }, { skip }) => {
    skip(theirs.includes(':') && !isHere('::1'), 'no IPv6 here');
    const tun = await open();
    expect(tun).toMatchObject({ name: NAME, mtu: 1400 });
    const socket = createSocket(theirs.includes(':') ? 'udp6' : 'udp4');
    onTestFinished(() => void socket.close());
    socket.bind(0, ours);
    await once(socket, 'listening');
    const { port } = socket.address();
    const got = new Promise<Uint8Array>((resolve) => {
      tun.onPacket((packet) => {
        // The kernel of itself greets routers on every new interface.
        if (Buffer.from(packet).includes('question')) resolve(packet);
      });
    });
    socket.send('question', 9, theirs);
    const packet = await got;
    const header = theirs.includes(':') ? 40 : 20;
    expect(Buffer.from(packet.subarray(header)).readUInt16BE(0)).toBe(port);
    const udp = Buffer.from([0, 9, port >> 8, port & 0xff, 0, 8 + 6, 0, 0, ...Buffer.from('answer')]);
    if (theirs.includes(':')) {
      // A checksum is needed there; a wrong one must not get in.
      tun.write(encodeIpPacket({ src: theirs, dst: ours, protocol: 17, payload: udp }));
      return;
    }
    const heard = once(socket, 'message');
    tun.write(encodeIpPacket({ src: theirs, dst: ours, protocol: 17, payload: udp }));
    expect(String((await heard)[0])).toBe('answer');
    tun.write(Uint8Array.of(0xff));
    expect(tun.dropped).toBe(1);
  });

  it('a burst larger than a batch comes whole', async () => {
    const tun = await open();
    let count = 0;
    const all = new Promise<void>((resolve) => {
      tun.onPacket((packet) => {
        if (Buffer.from(packet).includes('burst') && ++count === 300) resolve();
      });
    });
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    for (let n = 0; n < 300; n++) socket.send('burst', 9, V4.theirs);
    await all;
  });

  it('goes when it is closed, and leaves nothing', async () => {
    const tun = await open();
    expect(networkInterfaces()[NAME]).toBeDefined();
    await expect(openTun({ name: NAME, addresses: [], mtu: 1400, routes: [] })).rejects.toThrow('is there already');
    await Promise.all([tun.close(), tun.close()]);
    expect(networkInterfaces()[NAME]).toBeUndefined();
    tun.write(Uint8Array.of(0x45));
  });

  it.each(['', 'a name', 'a/b', 'far-too-long-name'])('no name of an interface: "%s"', async (name) => {
    await expect(openTun({ name, addresses: [], mtu: 1400, routes: [] })).rejects.toThrow(UsageError);
  });

  it('what ip refuses is told in its words, and the interface is gone', async () => {
    await expect(openTun({ name: NAME, addresses: ['300.1.1.1/8'], mtu: 1400, routes: [] })).rejects.toThrow(
      /ip address add 300\.1\.1\.1\/8 .*: /,
    );
    expect(networkInterfaces()[NAME]).toBeUndefined();
    const free = await openTun({ name: `${NAME.slice(0, 8)}n%d`, addresses: [], mtu: 1400, routes: [] });
    expect(free.name).toMatch(/n\d+$/);
    await free.close();
  });
});

it.each([
  ['0\n', true],
  ['1\n', false],
  [undefined, false],
])('addresses of IPv6 where disable_ipv6 is %j: %s', (text, given) => {
  const file = at('disable_ipv6');
  if (text !== undefined) writeFileSync(file, text);
  expect(givesIpv6(text === undefined ? at('none') : file)).toBe(given);
});
