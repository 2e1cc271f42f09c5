import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { EchoClient } from '../../../src/engine/inner/echo-client.js';
import { EthernetPort } from '../../../src/engine/inner/ethernet-port.js';
import { udpPacket } from '../../../src/engine/inner/messages.js';
import { Responder } from '../../../src/engine/inner/responder.js';
import { seededRandom } from '../esp/make-child.js';

const OURS = 0x020000000001;
const THEIRS = 0x020000000002;
const etherTypes = (frames: readonly Uint8Array[]) => frames.map((frame) => toHex(frame.subarray(12, 14)));

const families = [
  ['IPv4', '10.8.0.2', '10.8.0.1'],
  ['IPv6', 'fd00::2', 'fd00::1'],
] as const;

describe.each(families)('%s', (_name, src, dst) => {
  const packet = udpPacket({ src, dst }, 1000, 2000, Uint8Array.of(1));

  it('echo goes through: who has it is asked once', () => {
    const client = new EchoClient({ route: { src, dst }, identifier: 7, count: 3, length: 200, interval: 10, timeout: 1000 });
    const [ours, theirs] = [new EthernetPort({ mac: OURS, addresses: new Set([src]) }), new EthernetPort({ mac: THEIRS })];
    const responder = new Responder({ random: seededRandom(1) });
    const types: string[] = [];
    let replies = 0;
    const send = (packets: readonly Uint8Array[], now: number) => {
      for (let frames = packets.flatMap((one) => ours.send(one, now)); frames.length > 0; ) {
        types.push(...etherTypes(frames));
        const back = frames.flatMap((frame) => {
          const { frames: answers, packet: inside } = theirs.receive(frame, now);
          return [...answers, ...(inside === undefined ? [] : responder.answer(inside, now).flatMap((one) => theirs.send(one, now)))];
        });
        types.push(...etherTypes(back));
        frames = back.flatMap((frame) => {
          const { frames: answers, packet: inside } = ours.receive(frame, now);
          if (inside !== undefined && client.onPacket(inside, now) !== undefined) replies++;
          return [...answers];
        });
      }
    };
    send(client.start(0).send, 0);
    send(client.onTimer('echo-next', 10).send, 10);
    send(client.onTimer('echo-next', 20).send, 20);
    expect(replies).toBe(3);
    const ip = src.includes(':') ? '86dd' : '0800';
    // Solicitation and advertisement are IPv6 themselves.
    expect(types).toEqual([...(ip === '0800' ? ['0806', '0806'] : [ip, ip]), ip, ip, ip, ip, ip, ip]);
  });

  it('asks again after a second, and when what is known is old', () => {
    const ours = new EthernetPort({ mac: OURS });
    const theirs = new EthernetPort({ mac: THEIRS, addresses: new Set([dst]) });
    const [question] = ours.send(packet, 0);
    expect(ours.send(packet, 500)).toEqual([]);
    expect(ours.send(packet, 1000)).toHaveLength(1);
    const [answer] = theirs.receive(question as Uint8Array, 1000).frames;
    // What waited goes with the answer.
    expect(ours.receive(answer as Uint8Array, 1000).frames).toHaveLength(3);
    expect(ours.send(packet, 30_000).map((frame) => toHex(frame.subarray(0, 12)))).toEqual(['020000000002020000000001']);
    expect(ours.send(packet, 31_000).map((frame) => toHex(frame))).toEqual([toHex(question as Uint8Array)]);
  });

  it('answers for its own addresses alone, and through a router', () => {
    const [question] = new EthernetPort({ mac: OURS }).send(packet, 0) as [Uint8Array];
    expect(new EthernetPort({ mac: THEIRS, addresses: new Set(['10.9.9.9']) }).receive(question, 0)).toEqual({ frames: [] });
    const routed = new EthernetPort({ mac: OURS, nextHop: () => dst });
    const far = udpPacket({ src, dst: src.includes(':') ? '2001:db8::9' : '198.51.100.9' }, 1, 2, new Uint8Array(0));
    expect(toHex(routed.send(far, 0)[0] as Uint8Array)).toBe(toHex(question));
  });

  it('bounds what waits and whom it knows', () => {
    const ours = new EthernetPort({ mac: OURS });
    const theirs = new EthernetPort({ mac: THEIRS });
    const questions = Array.from({ length: 100 }, () => ours.send(packet, 0)).flat();
    expect(questions).toHaveLength(1);
    const [answer] = theirs.receive(questions[0] as Uint8Array, 0).frames;
    expect(ours.receive(answer as Uint8Array, 0).frames).toHaveLength(8);
    // Whoever asks for us is known, the oldest no more.
    for (let i = 0; i < 256; i++) {
      const asker = src.includes(':') ? `fd00::${(i + 16).toString(16)}` : `10.8.1.${i}`;
      const [asking] = new EthernetPort({ mac: OURS + i + 2 }).send(udpPacket({ src: asker, dst: src }, 1, 2, new Uint8Array(0)), 0);
      expect(ours.receive(asking as Uint8Array, 0).frames).toHaveLength(1);
    }
    expect(ours.send(packet, 1).map(toHex)).toEqual(questions.map(toHex));
  });
});

it('asks the solicited-node group of an address', () => {
  const packet = udpPacket({ src: 'fd00::2', dst: 'fd00::f:1234:5678' }, 1, 2, new Uint8Array(0));
  const [question] = new EthernetPort({ mac: OURS }).send(packet, 0) as [Uint8Array];
  expect(toHex(question.subarray(0, 14))).toBe('3333ff34567802000000000186dd');
  expect(toHex(question.subarray(38, 54))).toBe('ff0200000000000000000001ff345678');
});

describe('what is none of its business', () => {
  const frame = (dst: string, type: string, body: string) => fromHex(`${dst}020000000002${type}${body}`);
  const ip = toHex(udpPacket({ src: '10.8.0.1', dst: '10.8.0.2' }, 1, 2, new Uint8Array(0)));
  const ask = (sender: string, target: string, operation = '0001') =>
    frame('ffffffffffff', '0806', `0001080006 04${operation}020000000002${sender}000000000000${target}`.replaceAll(' ', ''));

  it.each([
    ['for another', frame('020000000009', '0800', ip)],
    ['for everybody', frame('ffffffffffff', '0800', ip)],
    ['another EtherType', frame('020000000001', '88cc', ip)],
    ['EtherType and version at odds', frame('020000000001', '86dd', ip)],
    ['cut', frame('020000000001', '0800', ip.slice(0, 30))],
    ['short', fromHex('020000000001')],
    ['who looks whether an address is free', ask('00000000', '0a080002')],
    ['who tells his own', ask('0a080002', '0a080002')],
    ['an answer that nobody wanted', ask('0a080001', '0a080002', '0002')],
  ])('%s', (_name, bytes) => expect(new EthernetPort({ mac: OURS }).receive(bytes, 0)).toEqual({ frames: [] }));

  it('takes what is for it', () =>
    expect(new EthernetPort({ mac: OURS }).receive(frame('020000000001', '0800', ip), 0)).toEqual({ frames: [], packet: fromHex(ip) }));

  it('sends nothing that is no IP packet', () => expect(new EthernetPort({ mac: OURS }).send(fromHex('00'), 0)).toEqual([]));

  it('neighbour discovery from beyond the link is nothing', () => {
    const [question] = new EthernetPort({ mac: THEIRS }).send(
      udpPacket({ src: 'fd00::1', dst: 'fd00::2' }, 1, 2, new Uint8Array(0)),
      0,
    ) as [Uint8Array];
    const ours = new EthernetPort({ mac: OURS });
    const routed = Uint8Array.from(question);
    routed[14 + 7] = 254;
    expect(ours.receive(routed, 0).frames).toEqual([]);
    expect(ours.receive(question, 0).frames).toHaveLength(1);
  });

  it('stands anything', () => {
    const port = new EthernetPort({ mac: OURS });
    const types = fc.constantFrom('0806', '0800', '86dd');
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 90 }), (type, body) => {
        port.receive(frame('020000000001', type, toHex(body)), 0);
      }),
      { seed: 6, numRuns: 3000 },
    );
  });
});
