import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/bytes/errors.js';
import type { TunnelParameters } from '../../../src/engine/openvpn/happenings.js';
import { ServedSession } from '../../../src/services/openvpn/served-session.js';
import { encodeIpPacket } from '../../../src/wire/ip/ip-packet.js';

const base: TunnelParameters = {
  topology: 'subnet',
  keepalive: { ping: 10, timeout: 60 },
  cipher: undefined,
  compression: { framing: 'none', compressOut: false },
  tunMtu: 1500,
  device: 'tun',
};
/** Sources of packets. */
const FROM = ['10.8.0.2', '127.0.0.1', '10.8.0.1', '192.168.1.1', 'fd00::2'];
const SUBNET = { local: '10.8.0.1', remoteOrNetmask: '255.255.255.0' };

/** A tunnel whose packets are 25 bytes longer than what they carry. */
function session(parameters: Partial<TunnelParameters>) {
  const sent: Uint8Array[] = [];
  const carrier = {
    route: async () => ({ source: '198.51.100.1', mtu: 1400 }),
    room: (length: number) => length - 25,
    sendInner: (packet: Uint8Array) => void sent.push(packet),
    counts: { packetsIn: 7, packetsOut: 5, bytesIn: 0, bytesOut: 0, unsent: 0, drops: new Map() },
  };
  return { made: new ServedSession({ ...base, ...parameters }, '203.0.113.2', carrier), sent };
}

describe('the tunnel of a session, for the host', () => {
  it.each<readonly [string, Partial<TunnelParameters>, string, string, number]>([
    ['a client with an address', { ifconfig: SUBNET, peerAddress: '10.8.0.2' }, '10.8.0.1/32', '10.8.0.2/32', 1347],
    ['two ends', { topology: 'p2p', ifconfig: { local: '10.8.0.1', remoteOrNetmask: '10.8.0.9' } }, '10.8.0.1/32', '10.8.0.9/32', 1347],
    ['frames, of whose end nobody says the address', { device: 'tap', ifconfig: SUBNET }, '10.8.0.1/32', '10.8.0.0/24', 1333],
    ['IPv6', { ifconfigIpv6: { local: 'fd00::1/64', remote: 'fd00::2' } }, 'fd00::1/128', 'fd00::2/128', 1347],
  ])('%s', async (_name, parameters, address, route, mtu) => {
    expect(await session(parameters).made.held()).toMatchObject({ addresses: [address], routes: [route], mtu, outside: '203.0.113.2' });
  });

  it('carries and counts until it is over', async () => {
    const { made, sent } = session({ ifconfig: SUBNET, peerAddress: '10.8.0.2' });
    const held = await made.held();
    held.send(Uint8Array.of(1));
    expect(sent).toEqual([Uint8Array.of(1)]);
    expect(held.counts()).toEqual({ sent: 5, received: 7, drops: [] });
    expect(held.isUp()).toBe(true);
    made.over = true;
    expect(held.isUp()).toBe(false);
  });

  it('has none without addresses', async () => {
    await expect(session({}).made.held()).rejects.toThrow(EnvironmentError);
  });

  it.each<readonly [string, Partial<TunnelParameters>, readonly string[]]>([
    ['a routed client: its own address alone', { ifconfig: SUBNET, peerAddress: '10.8.0.2' }, ['10.8.0.2']],
    ['frames, behind which may be more than one', { device: 'tap', ifconfig: SUBNET, peerAddress: '10.8.0.2' }, FROM],
    ['two ends', { topology: 'p2p', ifconfig: { local: '10.8.0.1', remoteOrNetmask: '10.8.0.9' } }, FROM],
  ])('the host gets packets of %s', async (_name, parameters, passing) => {
    const { made } = session(parameters);
    const got: Uint8Array[] = [];
    made.taker = (packet) => void got.push(packet);
    const packets = FROM.map((src) =>
      encodeIpPacket({ src, dst: src.includes(':') ? 'fd00::1' : '10.8.0.1', protocol: 17, payload: new Uint8Array(8) }),
    );
    for (const packet of [...packets, Uint8Array.of(0x45), new Uint8Array(0)]) made.give(packet);
    const whole = got.filter(({ length }) => length > 1);
    expect(whole).toEqual(packets.filter((_packet, n) => passing.includes(FROM[n] ?? '')));
    const dropped = packets.length + 2 - got.length;
    expect((await made.held()).counts().drops).toEqual(dropped === 0 ? [] : [`${dropped} dropped: from another address than the client's`]);
  });
});
