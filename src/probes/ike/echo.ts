import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/ip/protocols.js';
import { probeFinding } from '../shared/finding.js';
import type { InnerAddresses } from '../shared/inner-addresses.js';
import { ping } from '../shared/ping.js';
import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { fellSilent } from './shared/fell-silent.js';
import { carries, innerAddresses } from './shared/inner-addresses.js';
import { outsideSelectors } from './shared/outside-selectors.js';

const COUNT = 3;
/** What a selector says that lets echo through: any protocol, or it. */
const ICMP = [0, PROTOCOL_ICMP, PROTOCOL_ICMPV6];
/** Part of the patience for the last reply. */
const PATIENCE = 0.3;

/** Whether traffic passes: ICMP echo inside the tunnel. */
export const probe: Probe = {
  id: 'echo',
  title: 'echo through the tunnel',
  after: ['child'],
  plan: ({ tunnel }, facts) =>
    tunnel.settings.child === undefined || tunnel.proof === undefined
      ? skips('there is no CHILD_SA')
      : facts.child === undefined
        ? skips('the CHILD_SA is gone')
        : carries(facts.child, ICMP)
          ? applies
          : skips('the selectors let no ICMP through; --connect ADDRESS:PORT tries TCP'),
  async run(context) {
    const { target, facts, link } = context;
    const addresses = innerAddresses(target, facts);
    if (addresses === undefined) {
      const why = 'the selectors have no address to send from';
      return target.ping === undefined ? { status: 'unknown', text: why } : outsideSelectors('echo', target.ping, why, context);
    }
    const { from, to } = addresses;
    const before = { sent: link.counters.sent, received: link.counters.received };
    const patience = target.patience.patience * PATIENCE;
    // In IKEv1 ours is the last message, and the peer has the SA when it has worked on that (RFC 2409 §5.5).
    const result = await ping(link, addresses, COUNT, patience, target.tunnel.ikev1 === undefined ? undefined : patience);
    if (result === undefined) return { status: 'unreached', text: 'interrupted' };
    const { roundTrip, early } = result;
    if (roundTrip !== undefined) {
      facts.echo = { addresses, roundTrip: roundTrip.mean };
      const times = `${roundTrip.least.toFixed(1)}/${roundTrip.mean.toFixed(1)}/${roundTrip.most.toFixed(1)} ms`;
      const text = `${result.received} of ${result.sent} answered by ${to}, ${times}`;
      const details = [`from ${from}`];
      if (early !== undefined) details.push(`the first answered after ${early.milliseconds.toFixed(0)} ms: the peer was still setting up`);
      return { status: result.received === result.sent ? 'pass' : 'warn', text, details };
    }
    const said = result.errors[0];
    if (said !== undefined) {
      // An ICMP error came through the tunnel: both directions of ESP work.
      facts.espBothWays = true;
      const text = `${said.text}`;
      return { status: addresses.guessed ? 'pass' : 'warn', text: `${text}; ESP works both ways`, details: [`from ${from} to ${to}`] };
    }
    return unanswered(context, addresses, before);
  },
};

/** Nothing came out of the tunnel: what can be told apart is told. */
async function unanswered(
  context: ProbeContext,
  { from, to, guessed }: InnerAddresses,
  before: { readonly sent: number; readonly received: number },
): Promise<Outcome> {
  const { target, facts, link } = context;
  const sent = link.counters.sent - before.sent;
  const received = link.counters.received - before.received;
  const drops = [...link.counters.dropped].map(([reason, count]) => `${count} times: ${reason}`);
  const details = [`from ${from} to ${to}: ${sent} ESP packets sent, ${received} came back`, ...drops];
  if (sent === 0) {
    const why = drops[0]?.replace(/^\d+ times: /, '') ?? 'there is no SA for it';
    return { ...outsideSelectors('echo', to, `${why}; both ends agreed on nothing for packets from ${from} to ${to}`, context), details };
  }
  if (drops.length > 0 && received === 0) {
    const finding = probeFinding(target, facts, {
      slug: 'esp-not-readable',
      severity: 'error',
      confidence: 0.85,
      title: `ESP comes back from ${facts.address} and cannot be used`,
      cause: `The peer sends ESP that does not fit what was agreed: ${drops.join('; ')}. One end has other keys or algorithms than it negotiated (a wrong truncation of HMAC-SHA2-256, 96 bits for 128, is the classic), or packets are changed on the way.`,
      evidence: [{ text: `step echo: ${details.join('; ')}` }],
      fix: [
        { end: 'theirs', text: 'ip -s xfrm state: its counters; ipsec.conf sha2-truncbug=no' },
        { end: 'either', text: 'another algorithm to see whether it is that: --esp aes256gcm16' },
      ],
      refs: ['RFC 4868 §2.1', 'RFC 4303 §3.4'],
    });
    return { status: 'fail', text: `ESP came back and was dropped: ${drops[0]}`, details, findings: [finding] };
  }
  facts.liveness = undefined;
  link.command({ kind: 'liveness', ...(facts.sa && { sa: facts.sa }) });
  await link.waitFor(() => facts.liveness !== undefined || facts.down !== undefined, exchangePatience(context));
  const alive = (facts.liveness as { alive: boolean } | undefined)?.alive === true;
  if (!alive && !link.signal.aborted) return fellSilent('echo', facts.refusal, context);
  const ike = 'IKE on the same way still answers';
  if (guessed) {
    return {
      status: 'unknown',
      text: `${to} does not answer, and it is only a guess that there is such a host (--ping ADDRESS); ${ike}`,
      details,
    };
  }
  const raw = facts.child?.encapsulation === 'none';
  const finding = probeFinding(target, facts, {
    slug: 'esp-unanswered',
    severity: 'error',
    confidence: 0.8,
    title: `The tunnel is up and nothing comes back through it: ${to} does not answer echo from ${from}`,
    cause: `${sent} echo requests left in ESP and no ESP came back${received === 0 ? '' : ' that held a reply'}; ${ike}. Whether the requests got lost on the way there or the replies on the way back cannot be told from here: ${
      raw
        ? 'a filter that lets UDP 500 and 4500 pass and not IP protocol 50 is the likeliest'
        : 'with ESP in UDP on the port where IKE is answered a filter is less likely'
    }; then: the peer decrypts and its firewall drops, its routing sends the reply elsewhere (NAT of tunnel traffic, no route back), or ${to} answers no echo. The counters of the peer's SA tell which.`,
    evidence: [{ text: `step echo: ${details.join('; ')}` }, { text: `liveness: ${ike}` }],
    fix: [
      {
        end: 'theirs',
        text: 'do its SA counters move? swanctl --list-sas, ip -s xfrm state: bytes_in only means that the way back is broken (forward rules, NAT, rp_filter: vpndoctor verify there)',
      },
      ...(raw
        ? [
            {
              end: 'path' as const,
              text: 'permit IP protocol 50 both ways, or force UDP encapsulation: swanctl.conf encap = yes; ipsec.conf encapsulation=yes',
            },
          ]
        : []),
      { end: 'ours', text: `--ping with a host that answers echo${raw ? '; --force-encap sends ESP in UDP' : ''}` },
    ],
    refs: ['RFC 4303 §3.3', 'RFC 3948 §2.1'],
  });
  return { status: 'fail', text: `no answer from ${to}; ${ike}`, details, findings: [finding] };
}
