import type { Finding } from '../../../model/finding.js';
import type { Arrival } from '../../../transport/transport.js';
import { probeFinding } from '../../shared/finding.js';
import { otherAddressFixes } from '../../shared/other-addresses.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeTarget } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

type PathError = Extract<Arrival, { kind: 'error' }>;

/** An ICMP message that says why nothing gets there, judged. */
export function pathErrorOutcome(error: PathError, port: number, target: ProbeTarget, facts: ProbeFacts): Outcome {
  const from = error.from === undefined ? '' : ` (said by ${error.from})`;
  const text = `${error.text}${from}`;
  return { status: 'fail', text, findings: [findingOf(error, `UDP ${port}: ${text}`, port, target, facts)] };
}

/** Errors that mean: no use to wait for an answer. */
export function isFinal({ reason }: PathError): boolean {
  return reason === 'port-unreachable' || reason === 'host-unreachable' || reason === 'prohibited';
}

function findingOf({ reason, from }: PathError, evidence: string, port: number, target: ProbeTarget, facts: ProbeFacts): Finding {
  const address = facts.address ?? target.host;
  const common = {
    severity: 'error' as const,
    evidence: [{ text: `step udp-${port === target.ports.natt ? '4500' : '500'}: ${evidence}` }],
    refs: ['RFC 792'],
  };
  switch (reason) {
    case 'port-unreachable':
      return probeFinding(target, facts, {
        ...common,
        slug: 'port-unreachable',
        confidence: 0.95,
        title: `Nobody listens on UDP ${port} of ${address}`,
        cause: `${from === undefined || from === address ? 'The host itself' : `${from}, on the way,`} answered with ICMP port unreachable: it is up, and no IKE daemon has the port. Either the daemon is not running, or it listens on another address or port, or a port forwarding leads to the wrong host.`,
        fix: [
          {
            end: 'theirs',
            text: `ss -lun 'sport = :${port}' shows whether anything listens; start it: systemctl start strongswan (or ipsec, libreswan); Cisco ASA: crypto ikev2 enable outside`,
          },
          ...otherAddressFixes(target, facts),
          { end: 'ours', text: `--ike-port and --natt-port where the peer uses others than 500 and 4500` },
        ],
      });
    case 'prohibited':
      return probeFinding(target, facts, {
        ...common,
        slug: 'administratively-prohibited',
        confidence: 0.95,
        title: `A firewall rejects UDP ${port} to ${address}`,
        cause: `ICMP "administratively prohibited"${from === undefined ? ', perhaps from the firewall of this host' : ` came from ${from}`}: a filter rejects the packets, and says so.`,
        fix: [
          {
            end: 'path',
            text: `permit UDP ${target.ports.ike} and ${target.ports.natt} to ${address}${from === undefined ? '' : ` at ${from}`}: nft add rule inet filter input udp dport { 500, 4500 } accept`,
          },
          { end: 'ours', text: `nft list ruleset: an output rule of this host may be the one (vpndoctor verify --only firewall)` },
        ],
      });
    default:
      return probeFinding(target, facts, {
        ...common,
        slug: 'host-unreachable',
        confidence: 0.9,
        title: `${address} cannot be reached`,
        cause:
          from !== undefined && from === facts.source
            ? `This host itself says so: nobody on the link answers for ${address} (ARP, neighbour discovery). The host is down, or it is not on this link.`
            : `ICMP host or network unreachable${from === undefined ? '' : ` came from ${from}`}: a router on the way has no route, or the host does not answer on its link.`,
        fix: [
          {
            end: 'path',
            text: `ip route get ${address}; tracepath ${address}${from === undefined || from === facts.source ? `; ip neighbour show ${address}` : `; look at ${from}, which gave up`}`,
          },
          ...otherAddressFixes(target, facts),
        ],
      });
  }
}
