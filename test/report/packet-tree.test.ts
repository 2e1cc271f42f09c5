import { describe, expect, it } from 'vitest';
import { packetTree } from '../../src/report/packet-tree.js';
import { observe, observeAll } from '../support/observe.js';
import { ESP, IKE_HEADER, ipv4, udp } from '../support/packets.js';

const IP = /^ {2}ipv4: .*src 10\.0\.0\.1, dst 10\.0\.0\.2$/;

describe('packetTree', () => {
  it('begins with number, time and length, then every layer', () => {
    const [head, link, ip = '', esp] = packetTree(observe(ipv4(50, ESP)));
    expect(head).toBe('packet 1, 2026-01-01T00:00:01.000000Z, 44 bytes');
    expect(link).toBe('  raw: ether type 0x0800');
    expect(ip).toMatch(IP);
    expect(esp).toBe('  esp: spi 0xd514eed9, sequence 7');
  });

  it('says how much of a packet was captured', () => {
    expect(packetTree(observe(ipv4(50, ESP), { originalLength: 1400 }))[0]).toBe(
      'packet 1, 2026-01-01T00:00:01.000000Z, 1400 bytes (44 captured)',
    );
  });

  it('opens IKE under its layer', () => {
    expect(packetTree(observe(ipv4(17, udp(500, 500, IKE_HEADER)))).slice(4)).toEqual([
      '  ike: encapsulation none, length 28',
      '    IKE_SA_INIT, version 2.0, flags 0x08, message ID 0, 28 bytes',
      '    SPIs 5a64e0edca3a3614 0000000000000000',
      expect.stringMatching(/^ {4}ANOMALY: SA is missing/),
      expect.stringMatching(/^ {4}ANOMALY: KE is missing/),
      expect.stringMatching(/^ {4}ANOMALY: Nonce is missing/),
    ]);
  });

  it('says where decoding stopped, beside what was decoded', () => {
    const lines = packetTree(observe(ipv4(50, 'd514eed9 0000')));
    expect(lines.at(-1)).toMatch(/^ {2}MALFORMED: ESP sequence number/);
    expect(lines[2]).toMatch(IP);
  });

  it('describes the packet an ICMP error quotes', () => {
    const quoted = ipv4(17, udp(500, 500, IKE_HEADER), { src: '10.0.0.2', dst: '10.0.0.1' });
    const lines = packetTree(observe(ipv4(1, Buffer.concat([Buffer.from('0303000000000000', 'hex'), quoted]))));
    expect(lines.at(-1)).toBe('    port unreachable');
  });

  it('puts fragments together where they end', () => {
    const whole = udp(500, 500, `${IKE_HEADER.replace('0000001c', '0000003c')} 00 00 0020 ${'ab'.repeat(28)}`);
    const parts = [ipv4(17, whole.subarray(0, 40), { id: 9, more: true }), ipv4(17, whole.subarray(40), { id: 9, offset: 40 })];
    const [first, second] = observeAll(parts).map((observation) => packetTree(observation).join('\n'));
    expect(first).toContain('fragment: protocol 17, identification 0x0009');
    expect(second).toContain('completes {fragments 2, first frame 1}');
    expect(second).toContain('IKE_SA_INIT, version 2.0');
  });
});
