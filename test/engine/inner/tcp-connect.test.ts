import { describe, expect, it } from 'vitest';
import { readInnerPacket } from '../../../src/engine/inner/inner-packet.js';
import { TcpConnect, type TcpConnectSettings } from '../../../src/engine/inner/tcp-connect.js';
import { readTcp } from '../../../src/engine/inner/tcp-segment.js';
import { TCP_ACK, TCP_FIN, TCP_SYN } from '../../../src/wire/tcp.js';
import { drive, type Network } from './drive.js';
import { errorAbout } from './routers.js';

const v4 = { src: '10.1.0.1', dst: '10.2.0.1' };
const v6 = { src: '2001:db8:1::1', dst: '2001:db8:2::1' };
// The sequence numbers wrap on the way.
const settings: TcpConnectSettings = {
  route: v4,
  srcPort: 40_000,
  dstPort: 80,
  initialSequence: 0xffff_ffff,
  mss: 1360,
  timeout: 1000,
  tries: 3,
};
const open = { tcpPorts: new Set([80]), mtu: 1340 };
const flagsOf = (packet: Uint8Array) => {
  const inner = readInnerPacket(packet);
  return inner === undefined ? undefined : readTcp(inner)?.header.flags;
};

describe('a TCP connection', () => {
  it.each([
    [v4, 1300],
    [v6, 1280],
  ] as const)('is opened, its MSS read, and closed (%o)', (route, mss) => {
    const { result, sent, took } = drive(new TcpConnect({ ...settings, route }), undefined, open);
    expect(result).toEqual({
      outcome: 'connected',
      roundTrip: 10,
      mss,
      closed: true,
      text: `${route.dst} port 80 accepted after 10.0 ms, MSS ${mss}`,
    });
    expect(sent.map(flagsOf)).toEqual([TCP_SYN, TCP_ACK, TCP_FIN | TCP_ACK, TCP_ACK]);
    expect(took).toBe(20);
  });

  it('is refused with RST', () => {
    const { result } = drive(new TcpConnect(settings));
    expect(result).toMatchObject({ outcome: 'refused', closed: true, text: '10.2.0.1 port 80 refused with RST after 10.0 ms' });
  });

  it('tells ICMP errors and silence', () => {
    const error = drive(new TcpConnect(settings), undefined, (packet) => [errorAbout(packet, 3, 13)]);
    expect(error.result).toMatchObject({ outcome: 'error', error: { kind: 'prohibited' } });
    const silent = drive(new TcpConnect(settings), () => []);
    expect(silent.result.text).toBe('nothing came back for 3 SYNs to 10.2.0.1 port 80');
    expect(silent.took).toBe(7000);
  });

  it('comes through whatever single packet is lost', () => {
    const { sent } = drive(new TcpConnect(settings), undefined, open);
    for (const direction of ['there', 'back'] as const) {
      for (let nth = 0; nth < sent.length; nth++) {
        let count = 0;
        const lossy: Network = (packet, way) => (way === direction && count++ === nth ? [] : [packet]);
        const { result } = drive(new TcpConnect(settings), lossy, open);
        expect(result).toMatchObject({ outcome: 'connected', closed: true });
      }
    }
  });

  it('gives up closing where the peer never does', () => {
    const halfDeaf: Network = (packet, way) => (way === 'there' && ((flagsOf(packet) ?? 0) & TCP_FIN) !== 0 ? [] : [packet]);
    expect(drive(new TcpConnect(settings), halfDeaf, open).result).toMatchObject({ outcome: 'connected', closed: false });
  });
});
