import { describe, expect, it } from 'vitest';
import { EchoClient, type EchoSettings } from '../../../src/engine/inner/echo-client.js';
import { Responder } from '../../../src/engine/inner/responder.js';
import { internetChecksum } from '../../../src/wire/ip/checksum.js';
import { seededRandom } from '../esp/make-child.js';
import { drive, type Network } from './drive.js';
import { errorAbout } from './routers.js';

const v4 = { src: '10.1.0.1', dst: '10.2.0.1' };
const v6 = { src: '2001:db8:1::1', dst: '2001:db8:2::1' };
const settings: EchoSettings = { route: v4, identifier: 0x1234, count: 3, length: 84, interval: 200, timeout: 1000 };

describe('an echo client', () => {
  it.each([v4, v6])('is answered from $dst', (route) => {
    const { result, sent, took } = drive(new EchoClient({ ...settings, route }));
    expect(result).toMatchObject({
      sent: 3,
      received: 3,
      duplicates: 0,
      damaged: 0,
      errors: [],
      roundTrip: { least: 10, mean: 10, most: 10 },
    });
    expect(result.text).toBe('3 of 3 answered, 10.0/10.0/10.0 ms');
    expect(sent.map(({ length }) => length)).toEqual([84, 84, 84]);
    // Ends with the last reply, not with the timeout.
    expect(took).toBe(410);
  });

  it('makes checksums that hold', () => {
    const [v4Packet, v6Packet] = [v4, v6].map((route) => drive(new EchoClient({ ...settings, route, count: 1 })).sent[0] as Uint8Array);
    expect(internetChecksum(v4Packet?.subarray(0, 20) as Uint8Array)).toBe(0);
    expect(internetChecksum(v4Packet?.subarray(20) as Uint8Array)).toBe(0);
    const pseudo = Uint8Array.of(0, 0, 0, 44, 0, 0, 0, 58);
    expect(internetChecksum(v6Packet?.subarray(8, 40) as Uint8Array, pseudo, v6Packet?.subarray(40) as Uint8Array)).toBe(0);
  });

  it('counts what is lost, and what comes twice', () => {
    let seen = 0;
    const lossy: Network = (packet, direction) => (direction === 'there' && seen++ === 1 ? [] : [packet]);
    expect(drive(new EchoClient(settings), lossy).result).toMatchObject({ sent: 3, received: 2 });
    const doubling: Network = (packet, direction) => (direction === 'back' ? [packet, packet] : [packet]);
    // The last duplicate comes when all is answered already.
    expect(drive(new EchoClient(settings), doubling).result).toMatchObject({ received: 3, duplicates: 2 });
    const silent = drive(new EchoClient(settings), () => []);
    expect(silent.result.text).toBe('none of 3 answered');
    expect(silent.took).toBe(1400);
  });

  describe('while the other end may still be setting up', () => {
    const settling = { ...settings, interval: 20, settling: 1000 };
    /** The first so many requests come to nothing. */
    const losing = (requests: number): Network => {
      let seen = 0;
      return (packet, direction) => (direction === 'there' && seen++ < requests ? [] : [packet]);
    };

    it.each([
      [0, undefined, 3, 50],
      [1, { requests: 1, milliseconds: 30 }, 4, 70],
      [2, { requests: 2, milliseconds: 70 }, 5, 110],
      // Sent after 0, 20, 60, 140, 300 and 620 ms.
      [5, { requests: 5, milliseconds: 630 }, 8, 670],
    ] as const)('%i requests lost before the first answer do not count', (lost, early, sent, took) => {
      const driven = drive(new EchoClient(settling), losing(lost));
      expect(driven.result).toMatchObject({ sent: 3, received: 3 });
      expect(driven.result.early).toEqual(early);
      expect(driven.sent).toHaveLength(sent);
      expect(driven.took).toBe(took);
    });

    it('what is lost behind it counts', () => {
      let seen = 0;
      const gap: Network = (packet, direction) => (direction === 'there' && [1, 3].includes(++seen) ? [] : [packet]);
      const { result } = drive(new EchoClient(settling), gap);
      expect(result).toMatchObject({ sent: 3, received: 2, early: { requests: 1 } });
      expect(result.text).toMatch(/^2 of 3 answered/);
    });

    it('answers that take longer than the intervals are all taken', () => {
      const client = new EchoClient({ ...settling, count: 2 });
      const [first] = client.start(0).send as [Uint8Array];
      const more = [20, 60].map((at) => client.onTimer('echo-next', at).send[0] as Uint8Array);
      const [one, two, three] = [first, ...more].map((request) => new Responder({ random: seededRandom(1) }).answer(request, 0)[0]);
      expect(client.onPacket(two as Uint8Array, 100)?.result).toBeUndefined();
      // It was only late.
      expect(client.onPacket(one as Uint8Array, 110)?.result).toBeUndefined();
      expect(client.onPacket(three as Uint8Array, 120)?.result).toMatchObject({
        sent: 3,
        received: 3,
        roundTrip: { least: 60, most: 110 },
      });
    });

    it('there is an end without any answer, and an ICMP error is one', () => {
      const silent = drive(new EchoClient(settling), () => []);
      expect(silent.result.text).toBe('none of 6 answered');
      expect(silent.result.early).toBeUndefined();
      expect(silent.took).toBe(620 + settings.timeout);
      const refused = drive(new EchoClient(settling), losing(1), (packet) => [errorAbout(packet, 3, 1)]);
      expect(refused.result).toMatchObject({ sent: 3, received: 0, early: { requests: 1 } });
      expect(refused.took).toBe(70);
    });
  });

  it('notices other data', () => {
    const damaging: Network = (packet, direction) => [
      direction === 'back' ? Uint8Array.from(packet, (byte, i) => (i === 80 ? byte ^ 1 : byte)) : packet,
    ];
    expect(drive(new EchoClient({ ...settings, count: 1 }), damaging).result).toMatchObject({ received: 1, damaged: 1 });
  });

  it.each([
    [v4, 11, 0, 0, 'time exceeded in transit, says 10.9.9.9', 'time-exceeded'],
    [v4, 3, 4, 1400, 'fragmentation needed, says 10.9.9.9, next-hop MTU 1400', 'too-big'],
    [v4, 3, 13, 0, 'administratively prohibited, says 10.9.9.9', 'prohibited'],
    [v4, 3, 1, 0, 'host unreachable, says 10.9.9.9', 'unreachable'],
    [v6, 3, 0, 0, 'hop limit exceeded in transit, says 2001:db8:9::9', 'time-exceeded'],
    [v6, 2, 0, 1280, 'packet too big, says 2001:db8:9::9, next-hop MTU 1280', 'too-big'],
    [v6, 1, 1, 0, 'administratively prohibited, says 2001:db8:9::9', 'prohibited'],
  ] as const)('tells an ICMP error (%o, type %i, code %i)', (route, type, code, rest, text, kind) => {
    const { result, took } = drive(new EchoClient({ ...settings, route }), undefined, (packet) => [errorAbout(packet, type, code, rest)]);
    expect(result.text).toBe(`none of 3 answered; ${text}`);
    expect(result.errors).toMatchObject([{ kind, text }]);
    expect(took).toBe(410);
  });

  it('takes nothing that is about others', () => {
    const client = new EchoClient(settings);
    const other = new EchoClient({ ...settings, identifier: 7 });
    const [mine] = client.start(0).send as [Uint8Array];
    const [theirs] = other.start(0).send as [Uint8Array];
    expect(client.onPacket(errorAbout(theirs, 3, 1), 1)).toBeUndefined();
    expect(client.onPacket(theirs, 1)).toBeUndefined();
    expect(client.onPacket(Uint8Array.of(1, 2, 3), 1)).toBeUndefined();
    expect(client.onPacket(new Uint8Array(0), 1)).toBeUndefined();
    expect(client.onPacket(errorAbout(mine, 3, 1), 1)).toBeDefined();
  });

  it.each([v4, v6])('goes in fragments and takes the answer in fragments, $dst', (route) => {
    const { result, sent } = drive(new EchoClient({ ...settings, route, length: 4000, fragmentAt: 1400 }), undefined, { mtu: 1300 });
    expect(result).toMatchObject({ received: 3, damaged: 0 });
    expect(sent.length).toBe(9);
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(1400);
    const dropsLater: Network = (packet) => ((packet[6] as number) & 0x1f || packet[7] ? [] : [packet]);
    if (route === v4) expect(drive(new EchoClient({ ...settings, length: 4000, fragmentAt: 1400 }), dropsLater).result.received).toBe(0);
  });
});
