import { describe, expect, it } from 'vitest';
import { BugError } from '../../src/bytes/errors.js';
import type { Path } from '../../src/engine/step.js';
import { joinTransports } from '../../src/transport/join.js';
import type { Arrival, EspPath, Transport } from '../../src/transport/transport.js';

/** Writes down what it is asked for. */
function scribe(name: string, log: string[], paths: Transport['paths'] = {}): Transport & { arrive(arrival: Arrival): void } {
  let listener: (arrival: Arrival) => void = () => {};
  return {
    paths,
    sendMessage: ({ channel }) => void log.push(`${name} ike ${channel}`),
    sendEsp: ({ encapsulation }, protocol) => void log.push(`${name} ${protocol} ${encapsulation}`),
    sendKeepalive: ({ channel }) => void log.push(`${name} keepalive ${channel}`),
    onArrival: (given) => {
      listener = given;
    },
    arrive: (arrival) => listener(arrival),
    close: async () => void log.push(`${name} closed`),
  };
}

const end = { address: '127.0.0.1', port: 1 };
const ike = (channel: Path['channel']): Path => ({ channel, local: end, remote: end });
const esp = (encapsulation: EspPath['encapsulation']): EspPath => ({ encapsulation, local: end, remote: end });
const nothing = new Uint8Array(0);

describe('joined transports', () => {
  it('each message goes where its path says', async () => {
    const log: string[] = [];
    const udp = scribe('udp', log, { ike: end, natt: { ...end, port: 2 } });
    const tcp = scribe('tcp', log, { tcp: { ...end, port: 3 } });
    const joined = joinTransports({ udp, tcp, raw: scribe('raw', log) });
    for (const channel of ['ike', 'natt', 'tcp'] as const) {
      joined.sendMessage(ike(channel), nothing);
      joined.sendKeepalive(ike(channel));
    }
    for (const encapsulation of ['none', 'udp', 'tcp'] as const) joined.sendEsp(esp(encapsulation), 'esp', nothing);
    joined.sendEsp(esp('none'), 'ah', nothing);
    const arrivals: Arrival[] = [];
    joined.onArrival((arrival) => arrivals.push(arrival));
    for (const transport of [udp, tcp]) transport.arrive({ kind: 'keepalive', path: ike('natt') });
    await joined.close();
    expect(log).toEqual([
      'udp ike ike',
      'udp keepalive ike',
      'udp ike natt',
      'udp keepalive natt',
      'tcp ike tcp',
      'tcp keepalive tcp',
      'raw esp none',
      'udp esp udp',
      'tcp esp tcp',
      'raw ah none',
      'udp closed',
      'tcp closed',
      'raw closed',
    ]);
    expect(joined.paths).toEqual({ ike: end, natt: { ...end, port: 2 }, tcp: { ...end, port: 3 } });
    expect(arrivals).toHaveLength(2);
  });

  it('a path that nothing was opened for is a fault of ours', () => {
    const joined = joinTransports({ udp: scribe('udp', []) });
    expect(() => joined.sendMessage(ike('tcp'), nothing)).toThrow(BugError);
    expect(() => joined.sendEsp(esp('none'), 'esp', nothing)).toThrow(BugError);
  });
});
