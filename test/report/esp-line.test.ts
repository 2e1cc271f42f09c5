import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SaTracker } from '../../src/dissect/sa/sa-tracker.js';
import { CARRIED_BARE, CARRIED_TCP, CARRIED_UDP } from '../../src/dissect/sa/tracked-sa.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { clockTime, EspLines } from '../../src/report/esp-line.js';
import { TextOutput } from '../../src/report/text-output.js';

const ESP = 50;
const NOON = 1_767_268_800;

function view(sec: number, nsec: number): PacketView {
  return {
    frame: 1,
    sec,
    nsec,
    linkType: 1,
    interfaceId: 0,
    nanoseconds: true,
    data: Buffer.alloc(0),
    start: 0,
    end: 0,
    originalLength: 0,
  };
}

function printer() {
  const tracker = new SaTracker();
  const output = new TextOutput();
  const lines = new EspLines(output);
  const print = (
    sec: number,
    nsec: number,
    sequence: number,
    length: number,
    { spi = 0xd514eed9, carried = CARRIED_BARE, ports = 0, v6 = false } = {},
  ) => {
    const sa = v6
      ? tracker.findIpv6(ESP, Int32Array.of(0x20010db8, 0, 0, 1, 0xfe800000 | 0, 0, 0, 2), spi | 0)
      : tracker.findIpv4(ESP, 0x0a000001, 0xc0a80002 | 0, spi | 0);
    tracker.count(sa, 1, sec, nsec, sequence, length, carried, ports);
    lines.esp(view(sec, nsec), sa, sequence, length);
  };
  const text = () => output.bytes.toString('latin1', 0, output.at);
  return { print, text };
}

describe('EspLines', () => {
  beforeAll(() => {
    vi.stubEnv('TZ', 'UTC');
    return () => vi.unstubAllEnvs();
  });

  it('prints the line of design.md', () => {
    const { print, text } = printer();
    print(NOON + 1, 123_456_000, 7, 116);
    expect(text()).toBe('12:00:01.123456 IP 10.0.0.1 > 192.168.0.2: ESP(spi=0xd514eed9,seq=0x7), length 116\n');
  });

  it('prints UDP, IPv6, and another label once the ports have changed', () => {
    const { print, text } = printer();
    print(NOON, 0, 1, 100, { carried: CARRIED_UDP, ports: (4500 << 16) | 4500 });
    print(NOON, 0, 2, 100, { carried: CARRIED_UDP, ports: (61_000 << 16) | 4500 });
    print(NOON, 0, 3, 100, { v6: true });
    print(NOON, 0, 4, 100, { v6: true, carried: CARRIED_UDP, ports: (4500 << 16) | 65_535 });
    expect(text().split('\n')).toEqual([
      '12:00:00.000000 IP 10.0.0.1.4500 > 192.168.0.2.4500: UDP-encap: ESP(spi=0xd514eed9,seq=0x1), length 100',
      '12:00:00.000000 IP 10.0.0.1.61000 > 192.168.0.2.4500: UDP-encap: ESP(spi=0xd514eed9,seq=0x2), length 100',
      '12:00:00.000000 IP6 2001:db8::1 > fe80::2: ESP(spi=0xd514eed9,seq=0x3), length 100',
      '12:00:00.000000 IP6 2001:db8::1.4500 > fe80::2.65535: UDP-encap: ESP(spi=0xd514eed9,seq=0x4), length 100',
      '',
    ]);
  });

  it('prints every number as printf would', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 300 }));
    fc.assert(
      fc.property(
        number,
        number,
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 0, max: 65_535 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (spi, sequence, nsec, length, sec) => {
          const { print, text } = printer();
          print(sec, nsec, sequence, length, { spi });
          const time = new Date(sec * 1000).toISOString().slice(11, 19);
          const micros = String(Math.floor(nsec / 1000)).padStart(6, '0');
          expect(text()).toBe(
            `${time}.${micros} IP 10.0.0.1 > 192.168.0.2: ESP(spi=0x${spi.toString(16).padStart(8, '0')},seq=0x${sequence.toString(16)}), length ${length}\n`,
          );
        },
      ),
    );
  });

  it('follows the clock from second to second, back as well', () => {
    const { print, text } = printer();
    for (const sec of [NOON, NOON + 1, NOON, NOON + 43_199, 0]) print(sec, 0, 1, 9);
    expect(
      text()
        .split('\n')
        .map((line) => line.slice(0, 8)),
    ).toEqual(['12:00:00', '12:00:01', '12:00:00', '23:59:59', '00:00:00', '']);
  });

  it('gives the time in the local zone', () => {
    expect(clockTime(NOON)).toBe('12:00:00');
    vi.stubEnv('TZ', 'America/New_York');
    expect(clockTime(NOON)).toBe('07:00:00');
    vi.stubEnv('TZ', 'UTC');
  });

  it('leaves room for the longest line', () => {
    const { print, text } = printer();
    print(NOON, 999_999_999, 0xffffffff, 65_535, { v6: true, carried: CARRIED_TCP, ports: -1 });
    expect(text().length).toBeLessThan(256);
  });
});
