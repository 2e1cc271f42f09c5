import { describe, expect, it } from 'vitest';
import type { InnerMachine } from '../../../src/engine/inner/machine.js';
import { Responder } from '../../../src/engine/inner/responder.js';
import { readUdp } from '../../../src/engine/inner/udp-probe.js';
import { datagramInside } from '../../../src/probes/shared/datagram-inside.js';
import type { InnerLink } from '../../../src/probes/shared/ping.js';

const random = (length: number) => new Uint8Array(length).fill(1);
const ADDRESSES = { from: '10.1.0.1', to: '10.2.0.1' };
const IPV4_HEADER = 20;

/** A tunnel to a host that sends back what comes to port 7, or to one that says nothing; keeps what was sent. */
function tunnel(silent: boolean) {
  const sent: Uint8Array[] = [];
  const responder = new Responder({ random, mtu: 1500, udpPorts: new Set([7]) });
  const link: InnerLink = {
    random,
    async run<Result>(machine: InnerMachine<Result>) {
      let step = machine.start(0);
      for (let turn = 1; turn < 10; turn++) {
        const { send } = step;
        sent.push(...send);
        const answers = silent ? [] : send.flatMap((bytes) => responder.answer(bytes, turn));
        step = (answers[0] === undefined ? machine.onTimer('udp-timeout', turn) : machine.onPacket(answers[0], turn)) ?? step;
        if (step.result !== undefined) return step.result;
      }
      return undefined;
    },
  };
  return { sent, link };
}

describe('a datagram through the tunnel', () => {
  it.each([
    ['is answered', 7, false, 'pass', '10.2.0.1 port 7 answered 45 bytes in 1.0 ms', 1],
    ['meets a closed port', 9, false, 'warn', 'nobody listens at 10.2.0.1 port 9 (port unreachable); the tunnel passes it both ways', 1],
    [
      'meets silence that proves nothing',
      1812,
      true,
      'unknown',
      'nothing came back for 3 datagrams to 10.2.0.1 port 1812; a service that does not know what was sent is silent as well',
      3,
    ],
    ['is a question of DNS', 53, true, 'fail', 'nothing came back for 3 datagrams to 10.2.0.1 port 53, a question of DNS', 3],
    ['is a question of NTP', 123, true, 'fail', 'nothing came back for 3 datagrams to 10.2.0.1 port 123, a question of NTP', 3],
  ])('%s', async (_name, port, silent, status, text, count) => {
    const { link, sent } = tunnel(silent);
    expect(await datagramInside(link, ADDRESSES, { address: ADDRESSES.to, port })).toEqual({ status, text });
    expect(sent).toHaveLength(count);
  });

  it('asks a name server for the root, and a clock as a client of version 4', async () => {
    for (const [port, length, start] of [
      [53, 17, [0x76, 0x64, 1, 0, 0, 1]],
      [123, 48, [0x23, 0]],
    ] as const) {
      const { link, sent } = tunnel(true);
      await datagramInside(link, ADDRESSES, { address: ADDRESSES.to, port });
      const data = readUdp((sent[0] as Uint8Array).subarray(IPV4_HEADER))?.data;
      expect(data).toHaveLength(length);
      expect([...(data as Uint8Array).subarray(0, start.length)]).toEqual(start);
    }
  });
});
