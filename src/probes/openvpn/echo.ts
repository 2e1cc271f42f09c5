import { probeFinding } from '../shared/finding.js';
import { ping } from '../shared/ping.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { innerAddresses } from './shared/inner-addresses.js';
import { breakingDifferences, brokenBy } from './shared/options-outcome.js';

const COUNT = 3;
/** Part of the patience for the last reply. */
const PATIENCE = 0.3;

/** Whether traffic passes: ICMP echo inside the tunnel. */
export const probe: Probe = {
  id: 'echo',
  title: 'echo through the tunnel',
  after: ['data'],
  plan: (_target, { parameters, ended }) => (parameters === undefined || ended !== undefined ? skips('there is no tunnel') : applies),
  async run({ target, facts, link }) {
    const addresses = innerAddresses(target, facts);
    if (addresses === undefined) return { status: 'unknown', text: 'we have no address inside to send from (ifconfig, or --ifconfig)' };
    const { from, to, guessed } = addresses;
    const before = link.counts?.packetsIn ?? 0;
    const result = await ping(link, addresses, COUNT, target.patience * PATIENCE);
    if (result === undefined) return { status: 'unreached', text: 'interrupted' };
    const { roundTrip } = result;
    if (roundTrip !== undefined) {
      facts.echo = { from, to, roundTrip: roundTrip.mean };
      const times = `${roundTrip.least.toFixed(1)}/${roundTrip.mean.toFixed(1)}/${roundTrip.most.toFixed(1)} ms`;
      const text = `${result.received} of ${result.sent} answered by ${to}, ${times}`;
      return { status: result.received === result.sent ? 'pass' : 'warn', text, details: [`from ${from}`] };
    }
    const [said] = result.errors;
    if (said !== undefined)
      return {
        status: guessed ? 'pass' : 'warn',
        text: `${said.text}; the tunnel passes it both ways`,
        details: [`from ${from} to ${to}`],
      };
    const came = (link.counts?.packetsIn ?? 0) - before;
    const details = [`from ${from} to ${to}: ${result.sent} sent, ${came} packets came`];
    if (guessed)
      return {
        status: 'unknown',
        text: `${to} does not answer, and it is only a guess that there is such a host (--ping ADDRESS)`,
        details,
      };
    const breaking = breakingDifferences(facts, 'echo');
    if (breaking.length > 0) return { ...brokenBy('echo', breaking, `${to} does not answer`, { target, facts }), details };
    const finding = probeFinding(target, facts, {
      slug: 'openvpn-echo-unanswered',
      severity: 'error',
      confidence: 0.75,
      title: `The tunnel is up and ${to} does not answer echo from ${from}`,
      cause:
        'Data packets open both ways, so keys and framing are right. The packets get out of the tunnel at the peer and nothing comes back: a firewall there, its tun or tap interface that is down, ip_forward or a route back that is missing, ifconfig addresses that do not meet crosswise, or a server that drops a source address it did not give ("MULTI: bad source address").',
      evidence: [{ text: `step echo: ${details[0]}` }],
      fix: [
        {
          end: 'theirs',
          text: `its log: "bad source address from client"; ip link shows whether tun or tap is UP; nft list ruleset; ip route get ${from}; sysctl net.ipv4.ip_forward`,
        },
        { end: 'either', text: `ifconfig crosswise: ${to} ${from} there, ${from} ${to} here` },
      ],
      dependsOn: ['openvpn/ping-restart'],
      refs: ['OpenVPN manual --ifconfig', 'OpenVPN manual --iroute'],
    });
    return { status: 'fail', text: `${to} does not answer`, details, findings: [finding] };
  },
};
