import { describe, expect, it } from 'vitest';
import { UdpProbe, type UdpProbeSettings } from '../../../src/engine/inner/udp-probe.js';
import { transportChecksum } from '../../../src/wire/ip/transport-checksum.js';
import { drive, type Network } from './drive.js';
import { errorAbout } from './routers.js';

const v4 = { src: '10.1.0.1', dst: '10.2.0.1' };
const v6 = { src: '2001:db8:1::1', dst: '2001:db8:2::1' };
const settings: UdpProbeSettings = { route: v4, srcPort: 40_000, dstPort: 7, data: Uint8Array.of(1, 2, 3), timeout: 300, tries: 2 };

describe('a UDP probe', () => {
  it.each([v4, v6])('is answered from $dst', (route) => {
    const { result, sent } = drive(new UdpProbe({ ...settings, route }), undefined, { udpPorts: new Set([7]) });
    expect(result).toMatchObject({ outcome: 'answered', roundTrip: 10, data: settings.data });
    const [packet] = sent as [Uint8Array];
    const at = route === v4 ? 12 : 8;
    const size = route === v4 ? 4 : 16;
    const message = packet.subarray(at + 2 * size);
    expect(transportChecksum(packet.subarray(at, at + size), packet.subarray(at + size, at + 2 * size), 17, message)).toBe(0);
  });

  it.each([
    [v4, 'port unreachable, says 10.2.0.1'],
    [v6, 'port unreachable, says 2001:db8:2::1'],
  ] as const)('is refused (%o)', (route, text) => {
    expect(drive(new UdpProbe({ ...settings, route })).result).toMatchObject({ outcome: 'refused', roundTrip: 10, text });
  });

  it('tells other errors and silence', () => {
    const prohibited = drive(new UdpProbe(settings), undefined, (packet) => [errorAbout(packet, 3, 10, 0, 28)]);
    expect(prohibited.result).toMatchObject({ outcome: 'error', text: 'host administratively prohibited, says 10.9.9.9' });
    const { result, took, sent } = drive(new UdpProbe(settings), () => []);
    expect(result).toEqual({ outcome: 'silent', text: 'nothing came back for 2 datagrams to 10.2.0.1 port 7' });
    expect(took).toBe(600);
    expect(sent.length).toBe(2);
  });

  it('tries again, and takes nothing that is about others', () => {
    let lost = 0;
    const lossy: Network = (packet) => (lost++ === 0 ? [] : [packet]);
    expect(drive(new UdpProbe(settings), lossy).result.outcome).toBe('refused');
    const probe = new UdpProbe(settings);
    probe.start(0);
    const [other] = new UdpProbe({ ...settings, srcPort: 40_001 }).start(0).send as [Uint8Array];
    expect(probe.onPacket(errorAbout(other, 3, 3), 1)).toBeUndefined();
    expect(probe.onPacket(other, 1)).toBeUndefined();
  });
});
