import type { Finding, Fix } from '../../model/finding.js';
import { type Particulars, type Probed, type ProbedAddresses, probeFinding } from './finding.js';
import { otherAddressFixes } from './other-addresses.js';

/** What ICMP said to a socket of ours. */
export interface PathError {
  readonly reason: 'port-unreachable' | 'host-unreachable' | 'prohibited' | 'too-big' | 'other';
  /** Who said so. */
  readonly from?: string;
  readonly text: string;
}

/** Who was asked when it came. */
export interface Asked {
  /** Id of the step. */
  readonly step: string;
  /** `UDP 500`. */
  readonly what: string;
  /** Who should have answered: `IKE daemon`. */
  readonly daemon: string;
  /** Why nobody listens there, as a rule. */
  readonly nobody: string;
  /** How to see and to mend that, there and here. */
  readonly listen: readonly [theirs: Fix, ours: Fix];
  /** What a firewall has to let through, and a rule that does: `UDP 500 and 4500`, `udp dport { 500, 4500 }`. */
  readonly permit: readonly [what: string, match: string];
}

/** Errors behind which no answer is worth waiting for. */
export function isFinalPathError({ reason }: Pick<PathError, 'reason'>): boolean {
  return reason === 'port-unreachable' || reason === 'host-unreachable' || reason === 'prohibited';
}

/** The error with who said it, in words. */
export function pathErrorText({ text, from }: Pick<PathError, 'text' | 'from'>): string {
  return `${text}${from === undefined ? '' : ` (said by ${from})`}`;
}

/** An ICMP message that says why nothing gets there, judged. */
export function pathErrorFinding(
  error: PathError,
  asked: Asked,
  target: Probed,
  facts: ProbedAddresses & { readonly otherAddresses: readonly string[] },
): Finding {
  return probeFinding(target, facts, {
    severity: 'error',
    evidence: [{ text: `step ${asked.step}: ${asked.what}: ${pathErrorText(error)}` }],
    refs: ['RFC 792'],
    ...particularsOf(error, asked, target, facts),
  });
}

function particularsOf(
  { reason, from }: PathError,
  { what, daemon, nobody, listen, permit }: Asked,
  target: Probed,
  facts: ProbedAddresses & { readonly otherAddresses: readonly string[] },
): Pick<Particulars, 'slug' | 'confidence' | 'title' | 'cause' | 'fix'> {
  const address = facts.address ?? target.host;
  const others = otherAddressFixes(target, facts);
  switch (reason) {
    case 'port-unreachable':
      return {
        slug: 'port-unreachable',
        confidence: 0.95,
        title: `Nobody listens on ${what} of ${address}`,
        cause: `${from === undefined || from === address ? 'The host itself' : `${from}, on the way,`} answered with ICMP port unreachable: it is up, and no ${daemon} has the port. ${nobody}`,
        fix: [listen[0], ...others, listen[1]],
      };
    case 'prohibited':
      return {
        slug: 'administratively-prohibited',
        confidence: 0.95,
        title: `A firewall rejects ${what} to ${address}`,
        cause: `ICMP "administratively prohibited"${from === undefined ? ', perhaps from the firewall of this host' : ` came from ${from}`}: a filter rejects the packets, and says so.`,
        fix: [
          {
            end: 'path',
            text: `permit ${permit[0]} to ${address}${from === undefined ? '' : ` at ${from}`}: nft add rule inet filter input ${permit[1]} accept`,
          },
          { end: 'ours', text: 'nft list ruleset: an output rule of this host may be the one (vpndoctor verify --only firewall)' },
        ],
      };
    default: {
      const nearby = from === undefined || from === facts.source;
      return {
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
            text: `ip route get ${address}; tracepath ${address}${nearby ? `; ip neighbour show ${address}` : `; look at ${from}, which gave up`}`,
          },
          ...others,
        ],
      };
    }
  }
}
