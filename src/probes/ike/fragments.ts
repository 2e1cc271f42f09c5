import { probeFinding } from '../shared/finding.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { statelessQuestion } from './shared/stateless-question.js';

/** A message of this size travels in IP fragments on every usual link. */
const LARGE = 2400;
const PATIENCE = 1500;

/** Whether IP fragments get to the peer: large IKE messages and full packets in ESP need them. */
export const probe: Probe = {
  id: 'fragments',
  title: 'IP fragments',
  after: ['ike-sa-init'],
  plan: ({ ports, tunnel }) =>
    tunnel.ikev1 !== undefined ? skips('is asked in IKEv2') : ports.tcp === undefined ? applies : skips('TCP makes segments'),
  async run({ target, facts, link }) {
    const path = link.paths.natt !== undefined && facts.steps.get('udp-4500')?.status === 'pass' ? link.paths.natt : link.paths.ike;
    if (path === undefined) return { status: 'skip', text: 'no path' };
    const answer = await link.ask(path, statelessQuestion(link.random, LARGE), PATIENCE);
    if (answer.kind === 'answered') return { status: 'pass', text: `a message of ${LARGE} bytes gets to the peer` };
    if (link.signal.aborted) return { status: 'unreached', text: 'interrupted' };
    const small = await link.ask(path, statelessQuestion(link.random), PATIENCE);
    if (small.kind !== 'answered') return { status: 'unknown', text: 'the peer answers no question that it can only refuse' };
    // The first fragment fills a packet of 1500 bytes.
    if (facts.blackHole) {
      const text = `a message of ${LARGE} bytes is lost, as every packet of 1500 bytes is (path MTU outside): whether fragments pass cannot be told`;
      return { status: 'unknown', text };
    }
    const ikeFragments = facts.supports.has('IKEV2_FRAGMENTATION_SUPPORTED');
    const text = `a message of ${LARGE} bytes is lost, a small one is answered`;
    return {
      status: 'warn',
      text: ikeFragments ? `${text}; IKE fragments itself (RFC 7383)` : text,
      findings: [
        probeFinding(target, facts, {
          slug: 'fragments-dropped',
          severity: 'warning',
          confidence: 0.85,
          title: `IP fragments do not get to ${facts.address}`,
          cause: `A firewall or NAT on the way, or the peer's own, drops them. ${ikeFragments ? 'IKE does without them here, both ends fragment their messages themselves;' : 'IKE_AUTH with certificates will be lost;'} full packets inside the tunnel become larger than the link outside and need them too, unless the MSS is clamped.`,
          evidence: [{ text: `step fragments: ${text}` }],
          fix: [
            {
              end: 'either',
              text: 'IKE fragmentation: swanctl.conf fragmentation = yes; ipsec.conf fragmentation=yes; Cisco ASA: crypto ikev2 fragmentation mtu 1280',
            },
            { end: 'path', text: 'let IP fragments pass, or clamp the MSS inside the tunnel' },
          ],
          refs: ['RFC 7383 §1', 'RFC 4459 §3'],
        }),
      ],
    };
  },
};
