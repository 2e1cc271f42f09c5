import { TcpConnect } from '../../engine/inner/tcp-connect.js';
import { tcpIpHeaders, USUAL_MTU } from '../../wire/ip/sizes.js';
import { clampFix } from './clamp-fix.js';
import { type Probed, type ProbedAddresses, probeFinding } from './finding.js';
import type { InnerLink } from './ping.js';
import type { Outcome } from './probe.js';
import { ephemeralPort, type InnerService } from './service.js';

const TRIES = 3;
const FIRST_WAIT = 700;

/** A TCP connection inside the tunnel, and the MSS that comes with the answer, for the step of any protocol. */
export async function connectInside(
  target: Probed & { readonly mtu?: number },
  facts: ProbedAddresses & { readonly innerMtu?: number },
  link: InnerLink,
  addresses: { readonly from: string; readonly to: string },
  connect: InnerService,
): Promise<Outcome> {
  const headers = tcpIpHeaders(addresses.from);
  const [a = 0, b = 0, c = 0, d = 0] = link.random(4);
  const result = await link.run(
    new TcpConnect({
      route: { src: addresses.from, dst: addresses.to },
      srcPort: ephemeralPort(link.random),
      dstPort: connect.port,
      initialSequence: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0,
      mss: (target.mtu ?? USUAL_MTU) - headers,
      timeout: FIRST_WAIT,
      tries: TRIES,
    }),
  );
  if (result === undefined) return { status: 'unreached', text: 'interrupted' };
  const where = `${connect.address} port ${connect.port}`;
  if (result.outcome === 'refused') return { status: 'warn', text: `${where} refuses the connection; the tunnel passes it both ways` };
  if (result.outcome !== 'connected') return { status: 'fail', text: result.text };
  const { mss } = result;
  const time = result.roundTrip === undefined ? '' : ` in ${result.roundTrip.toFixed(1)} ms`;
  const text = `${where} connected${time}${mss === undefined ? ', no MSS told' : `, MSS ${mss}`}`;
  const { innerMtu } = facts;
  // Where the largest packet tried passes, nobody knows the limit.
  const limited = innerMtu !== undefined && innerMtu < (target.mtu ?? USUAL_MTU);
  if (mss === undefined || !limited || mss + headers <= innerMtu) return { status: 'pass', text };
  return {
    status: 'warn',
    text: `${text}: larger than the path takes`,
    findings: [
      probeFinding(target, facts, {
        slug: 'mss-too-large',
        severity: 'warning',
        confidence: 0.85,
        title: `TCP inside the tunnel agrees on segments of ${mss} bytes, the path takes ${innerMtu - headers}`,
        cause: `The MSS that ${connect.address} announces arrives unclamped: segments of full size make packets of ${mss + headers} bytes, and the tunnel takes ${innerMtu}.`,
        evidence: [{ text: `step tcp-connect: MSS ${mss}` }, { text: `step inner-path-mtu: ${innerMtu}` }],
        fix: [clampFix(innerMtu, addresses.from.includes(':'))],
        dependsOn: ['probe/inner-mtu-black-hole'],
        refs: ['RFC 4459 §3.2'],
      }),
    ],
  };
}
