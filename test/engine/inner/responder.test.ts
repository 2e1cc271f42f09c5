import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragmentPacket } from '../../../src/engine/inner/fragments.js';
import { readInnerPacket } from '../../../src/engine/inner/inner-packet.js';
import { icmpPacket, udpPacket } from '../../../src/engine/inner/messages.js';
import { Responder } from '../../../src/engine/inner/responder.js';
import { encodeIpPacket } from '../../../src/wire/ip/ip-packet.js';
import { seededRandom } from '../esp/make-child.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const v4 = { src: '10.1.0.1', dst: '10.2.0.1' };
const v6 = { src: '2001:db8:1::1', dst: '2001:db8:2::1' };
const responder = (more = {}) => new Responder({ random: seededRandom(1), ...more });
const ping = (route: { src: string; dst: string }, size = 10) =>
  icmpPacket(route, route.src.includes(':') ? 128 : 8, 0, 0x10001, new Uint8Array(size));

describe('a responder', () => {
  it('answers for its own addresses only', () => {
    const own = responder({ addresses: new Set(['10.2.0.1']) });
    expect(own.answer(ping(v4), 0).length).toBe(1);
    expect(own.answer(ping({ ...v4, dst: '10.2.0.2' }), 0)).toEqual([]);
  });

  it.each(['224.0.0.1', '255.255.255.255', '0.0.0.0'])('is silent towards %s', (group) => {
    expect(responder().answer(ping({ ...v4, dst: group }), 0)).toEqual([]);
    expect(responder().answer(ping({ ...v4, src: group }), 0)).toEqual([]);
  });

  it('never answers an ICMP error or an echo reply', () => {
    for (const type of [0, 3, 5, 11, 12]) expect(responder().answer(icmpPacket(v4, type, 0, 0, ping(v4)), 0)).toEqual([]);
    for (const type of [1, 2, 3, 4, 129]) expect(responder().answer(icmpPacket(v6, type, 0, 0, ping(v6)), 0)).toEqual([]);
  });

  it('refuses a protocol it does not have', () => {
    const unknown = (route: { src: string; dst: string }) => encodeIpPacket({ ...route, protocol: 253, payload: new Uint8Array(8) });
    const [v4Answer] = responder().answer(unknown(v4), 0) as [Uint8Array];
    expect([...v4Answer.subarray(20, 22)]).toEqual([3, 2]);
    const [v6Answer] = responder().answer(unknown(v6), 0) as [Uint8Array];
    expect([...v6Answer.subarray(40, 48)]).toMatchObject({ 0: 4, 1: 1, 7: 6 });
  });

  it('quotes no more than fits', () => {
    const [v4Answer] = responder().answer(udpPacket(v4, 1, 2, new Uint8Array(1400)), 0) as [Uint8Array];
    expect(v4Answer.length).toBe(576);
    const [v6Answer] = responder().answer(udpPacket(v6, 1, 2, new Uint8Array(1400)), 0) as [Uint8Array];
    expect(v6Answer.length).toBe(1280);
  });

  it('puts fragments together in any order, and quotes the whole of them', () => {
    const host = responder();
    const fragments = fragmentPacket(udpPacket(v4, 1, 2, new Uint8Array(3000)), 1000, 77);
    const answers = [...fragments].reverse().flatMap((fragment) => host.answer(fragment, 0));
    expect(answers.length).toBe(1);
    expect(readInnerPacket(answers[0] as Uint8Array)?.payload.subarray(28, 32)).toEqual(Uint8Array.of(0, 1, 0, 2));
  });

  it('holds no more fragments than it may', async () => {
    const host = responder();
    const held = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    for (let id = 0; id < 20_000; id++) host.answer(fragmentPacket(ping(v4, 2000), 1400, id)[0] as Uint8Array, 0);
    // Memory comes back a little behind the collection. All of them would be 28 MB.
    await expect.poll(() => held() - before).toBeLessThan(20_000_000);
    // It is still there, and as good as before.
    expect(host.answer(ping(v4), 0)).toHaveLength(1);
  });

  it('never throws', () => {
    const host = responder({ tcpPorts: new Set([1]), udpPorts: new Set([1]) });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => host.answer(bytes, 0).length >= 0),
      { numRuns: 3000, seed: 2 },
    );
    for (const sample of [ping(v4), ping(v6), udpPacket(v4, 1, 1, new Uint8Array(4)), udpPacket(v6, 1, 9, new Uint8Array(4))]) {
      for (let at = 0; at < sample.length; at++) {
        host.answer(sample.subarray(0, at), 0);
        for (const value of [0, 1, 0x7f, 255])
          host.answer(
            Uint8Array.from(sample, (byte, i) => (i === at ? value : byte)),
            0,
          );
      }
    }
  });
});
