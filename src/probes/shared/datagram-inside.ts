import { UdpProbe } from '../../engine/inner/udp-probe.js';
import type { InnerLink } from './ping.js';
import type { Outcome } from './probe.js';
import { ephemeralPort, type InnerService } from './service.js';

const TRIES = 3;
/** Milliseconds for each. */
const WAIT = 700;
/** Whom a port belongs to, and a question that it answers. */
const QUESTIONS: ReadonlyMap<number, { readonly service: string; readonly data: Uint8Array }> = new Map([
  // The name servers of the root, class IN, RFC 1035 §4.1.
  [53, { service: 'DNS', data: Uint8Array.of(0x76, 0x64, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1) }],
  // Version 4, client, RFC 5905 §7.3.
  [123, { service: 'NTP', data: Uint8Array.of(0x23, ...new Uint8Array(47)) }],
]);
const ANYTHING = new TextEncoder().encode('vpndoctor asks whether this datagram arrives\n');

/**
 * A datagram inside the tunnel and what comes back, for the step of any protocol. DNS and NTP are asked what they answer; silence of any
 * other service proves nothing: it may not know what we sent.
 */
export async function datagramInside(
  link: InnerLink,
  { from, to }: { readonly from: string; readonly to: string },
  { address, port }: InnerService,
): Promise<Outcome> {
  const question = QUESTIONS.get(port);
  const result = await link.run(
    new UdpProbe({
      route: { src: from, dst: to },
      srcPort: ephemeralPort(link.random),
      dstPort: port,
      data: question?.data ?? ANYTHING,
      timeout: WAIT,
      tries: TRIES,
    }),
  );
  if (result === undefined) return { status: 'unreached', text: 'interrupted' };
  const where = `${address} port ${port}`;
  switch (result.outcome) {
    case 'answered':
      return { status: 'pass', text: `${where} answered ${result.data?.length ?? 0} bytes in ${(result.roundTrip ?? 0).toFixed(1)} ms` };
    case 'refused':
      return { status: 'warn', text: `nobody listens at ${where} (port unreachable); the tunnel passes it both ways` };
    case 'error':
      return { status: 'fail', text: result.text };
    case 'silent':
      return question === undefined
        ? { status: 'unknown', text: `${result.text}; a service that does not know what was sent is silent as well` }
        : { status: 'fail', text: `${result.text}, a question of ${question.service}` };
  }
}
