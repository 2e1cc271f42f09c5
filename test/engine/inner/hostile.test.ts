import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EchoClient } from '../../../src/engine/inner/echo-client.js';
import type { InnerMachine } from '../../../src/engine/inner/machine.js';
import { icmpPacket, tcpPacket, udpPacket } from '../../../src/engine/inner/messages.js';
import { PathMtuSearch } from '../../../src/engine/inner/path-mtu-search.js';
import { TcpConnect } from '../../../src/engine/inner/tcp-connect.js';
import { UdpProbe } from '../../../src/engine/inner/udp-probe.js';
import { errorAbout } from './routers.js';

const routes = [
  { src: '10.1.0.1', dst: '10.2.0.1' },
  { src: '2001:db8:1::1', dst: '2001:db8:2::1' },
] as const;

const machines = (route: (typeof routes)[number]): readonly (readonly [string, () => InnerMachine<unknown>])[] => [
  ['echo', () => new EchoClient({ route, identifier: 7, count: 3, length: 100, interval: 10, timeout: 50 })],
  ['echo that settles', () => new EchoClient({ route, identifier: 7, count: 3, length: 100, interval: 10, timeout: 50, settling: 40 })],
  ['udp', () => new UdpProbe({ route, srcPort: 1000, dstPort: 7, data: Uint8Array.of(1), timeout: 50, tries: 2 })],
  ['tcp', () => new TcpConnect({ route, srcPort: 1000, dstPort: 7, initialSequence: 1, mss: 1000, timeout: 50, tries: 2 })],
  ['mtu', () => new PathMtuSearch({ route, identifier: 7, least: 576, most: 1500, timeout: 50, tries: 2 })],
];

/** What may come from over there, right and wrong. */
function answersOf(route: (typeof routes)[number], request: Uint8Array): readonly Uint8Array[] {
  const back = { src: route.dst, dst: route.src };
  const segment = { srcPort: 7, dstPort: 1000, sequence: 9, acknowledgment: 2, window: 1, options: Uint8Array.of(2, 4, 5, 6) };
  return [
    icmpPacket(back, route.src.includes(':') ? 129 : 0, 0, 0x70001, new Uint8Array(72)),
    udpPacket(back, 7, 1000, Uint8Array.of(1, 2)),
    ...[0x12, 0x14, 0x11, 0x10, 0x04, 0x02].map((flags) => tcpPacket(back, { ...segment, flags }, Uint8Array.of(1))),
    ...[1, 2, 3, 4, 11].flatMap((type) => [0, 1, 4, 13].map((code) => errorAbout(request, type, code, 1300))),
  ];
}

describe.each(routes)('from $dst', (route) => {
  it.each(machines(route))('nothing hostile throws in %s, and there is an end', (_name, make) => {
    const [request] = make().start(0).send as [Uint8Array];
    const answers = answersOf(route, request);
    const change = fc.record({
      answer: fc.nat({ max: answers.length - 1 }),
      at: fc.nat({ max: 120 }),
      bytes: fc.uint8Array({ maxLength: 8 }),
      cut: fc.oneof(fc.constant(10_000), fc.nat({ max: 120 })),
      timer: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const machine = make();
        const timers = new Map<string, number>();
        let now = 0;
        let ended = 0;
        const take = (step: ReturnType<typeof machine.onPacket>) => {
          for (const { id, at } of step?.timers ?? []) at === undefined ? timers.delete(id) : timers.set(id, at);
          if (step?.result !== undefined) ended++;
        };
        const fire = () => {
          const [next] = [...timers].sort((a, b) => a[1] - b[1]);
          if (next === undefined) return false;
          timers.delete(next[0]);
          now = Math.max(now, next[1]);
          take(machine.onTimer(next[0], now));
          return true;
        };
        take(machine.start(now));
        for (const { answer, at, bytes, cut, timer } of changes) {
          const packet = Uint8Array.from(answers[answer] as Uint8Array);
          packet.set(bytes.subarray(0, Math.max(0, packet.length - at)), Math.min(at, packet.length));
          take(machine.onPacket(packet.subarray(0, cut), now));
          if (timer) fire();
        }
        for (let i = 0; fire(); i++) if (i > 200) throw new TypeError('no end');
        expect(ended).toBe(1);
      }),
      { numRuns: 300, seed: 9 },
    );
  });
});
