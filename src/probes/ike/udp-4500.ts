import { endpointText } from '../../model/endpoint-text.js';
import { probeFinding } from '../shared/finding.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { authenticates, isAuthentication } from './shared/authenticates.js';
import { pathErrorOutcome } from './shared/path-error.js';
import type { SideAnswer } from './shared/probe-facts.js';
import { statelessQuestion } from './shared/stateless-question.js';

/** Part of the patience for the question that leaves nothing behind. */
const FIRST_TRY = 0.4;

/**
 * Whether the port of NAT traversal is open too. Where IKE itself has moved there, its answer tells; otherwise it is asked in a way that
 * costs the peer next to nothing. One that does not refuse such a thing aloud is asked with an IKE_SA_INIT like the engine's, which is
 * left to expire.
 */
export const probe: Probe = {
  id: 'udp-4500',
  title: 'UDP 4500',
  titleOf: ({ ports }) => `UDP ${ports.natt}`,
  after: ['route'],
  plan: ({ ports }) => (ports.tcp === undefined ? applies : skips(`IKE goes over TCP port ${ports.tcp}`)),
  async run(context) {
    const { target, facts, link } = context;
    const path = link.paths.natt;
    if (path === undefined) return { status: 'skip', text: 'no socket for it was opened' };
    const milliseconds = await answerToIke(context);
    if (milliseconds !== undefined) return { status: 'pass', text: `answered by ${endpointText(path.remote)}`, milliseconds };
    const { patience } = target.patience;
    const ask = async (): Promise<SideAnswer> => {
      // It is one of IKEv2: whoever speaks IKEv1 alone would let us wait.
      if (target.tunnel.ikev1 !== undefined) return link.ask(path, link.firstMessage(path), patience);
      const answer = await link.ask(path, statelessQuestion(link.random), patience * FIRST_TRY);
      if (answer.kind !== 'silent') return answer;
      const again = await link.ask(path, link.firstMessage(path), patience);
      return again.kind === 'silent' ? { kind: 'silent', sent: answer.sent + again.sent } : again;
    };
    const answer = facts.side.get('4500') ?? (await ask());
    facts.side.set('4500', answer);
    const port = target.ports.natt;
    if (answer.kind === 'answered')
      return { status: 'pass', text: `answered by ${endpointText(path.remote)}`, milliseconds: answer.milliseconds };
    if (answer.kind === 'error') return pathErrorOutcome(answer.error, port, target, facts);
    const text = `no answer to ${answer.sent} messages`;
    if (facts.steps.get('udp-500')?.status === 'fail') return { status: 'fail', text };
    // Without NAT and with raw sockets the tunnel can do without it.
    const needed = target.tunnel.settings.encapsulation === 'force' || !link.rawEsp;
    const address = facts.address ?? target.host;
    return {
      status: needed ? 'fail' : 'warn',
      text: `${text}, while UDP ${target.ports.ike} is answered`,
      findings: [
        probeFinding(target, facts, {
          slug: 'udp-4500-blocked',
          severity: needed ? 'error' : 'warning',
          confidence: 0.9,
          title: `UDP ${target.ports.ike} to ${address} is answered, UDP ${port} is not`,
          cause: `The same question went to both ports and got an answer on one: a filter or a missing port forwarding has ${target.ports.ike} but not ${port}, in one direction or both, or the daemon does not listen there. Behind a NAT, and for ESP in UDP, everything after IKE_SA_INIT goes over ${port}: the tunnel then dies after its first exchange.`,
          evidence: [{ text: `step udp-4500: ${text}` }, { text: `step udp-500: answered by ${address}` }],
          fix: [
            {
              end: 'path',
              text: `permit UDP ${port} both ways, and forward it where ${target.ports.ike} is forwarded: nft add rule inet filter input udp dport { 500, 4500 } accept`,
            },
            { end: 'theirs', text: `the daemon must listen there: ss -lun 'sport = :${port}'; Cisco ASA: crypto isakmp nat-traversal 20` },
          ],
          refs: ['RFC 7296 §2.23', 'RFC 3948 §2.2'],
        }),
      ],
    };
  },
};

/** Milliseconds that the peer took for the first message that the engine sent there; undefined when it sent none, or got no answer soon. */
async function answerToIke({ target, facts, link }: ProbeContext): Promise<number | undefined> {
  // IKEv1 moves there two exchanges later: waiting for that leaves nothing half-open at the peer, as a question would.
  const moves = () =>
    facts.sent.some((message) => message.path.channel === 'natt' || isAuthentication(message)) || facts.down !== undefined;
  if (target.tunnel.ikev1 !== undefined && authenticates(target)) await link.waitFor(moves, target.patience.first);
  const asked = facts.sent.find(({ path }) => path.channel === 'natt');
  if (asked === undefined) return undefined;
  const answer = () => facts.received.find(({ path }) => path.channel === 'natt');
  const patience = target.tunnel.ikev1 === undefined ? target.patience.first : target.patience.patience * FIRST_TRY;
  await link.waitFor(() => answer() !== undefined || facts.down !== undefined, patience);
  const answered = answer();
  return answered === undefined ? undefined : answered.at - asked.at;
}
