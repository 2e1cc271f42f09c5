import type { OpenvpnArrival } from '../../../transport/openvpn/sockets.js';
import { probeFinding } from '../../shared/finding.js';
import { otherAddressFixes } from '../../shared/other-addresses.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeTarget, Remote } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

type PathError = Extract<OpenvpnArrival, { kind: 'error' }>;

/** Errors that mean: no use to wait for an answer. */
export function isFinal({ reason, text }: PathError): boolean {
  return (
    reason === 'port-unreachable' ||
    reason === 'host-unreachable' ||
    reason === 'prohibited' ||
    /closed the TCP connection|TCP connection was reset/.test(text)
  );
}

/** An ICMP message, or the end of a TCP connection, that says why nothing gets there, judged. */
export function pathErrorOutcome({ reason, from, text: said }: PathError, remote: Remote, target: ProbeTarget, facts: ProbeFacts): Outcome {
  const text = `${said}${from === undefined ? '' : ` (said by ${from})`}`;
  const { port, protocol } = remote;
  const address = facts.address ?? target.host;
  const what = `${protocol.toUpperCase()} ${port}`;
  const common = { severity: 'error' as const, evidence: [{ text: `step reset: ${what}: ${text}` }], refs: ['RFC 792'] };
  const other = otherAddressFixes(target, facts);
  const particulars =
    reason === 'port-unreachable'
      ? {
          slug: 'port-unreachable',
          confidence: 0.95,
          title: `Nobody listens on ${what} of ${address}`,
          cause: `${from === undefined || from === address ? 'The host itself' : `${from}, on the way,`} answered with ICMP port unreachable: it is up, and no OpenVPN has the port. The daemon is not running, listens on another address or port, or has proto tcp.`,
          fix: [
            {
              end: 'theirs' as const,
              text: `ss -lunp 'sport = :${port}' shows whether anything listens; systemctl status 'openvpn*'; port and proto in its configuration`,
            },
            ...other,
            { end: 'ours' as const, text: 'the port and proto of remote' },
          ],
        }
      : reason === 'prohibited'
        ? {
            slug: 'administratively-prohibited',
            confidence: 0.95,
            title: `A firewall rejects ${what} to ${address}`,
            cause: `ICMP "administratively prohibited"${from === undefined ? ', perhaps from the firewall of this host' : ` came from ${from}`}: a filter rejects the packets, and says so.`,
            fix: [
              {
                end: 'path' as const,
                text: `permit ${what} to ${address}: nft add rule inet filter input ${protocol} dport ${port} accept`,
              },
              {
                end: 'ours' as const,
                text: 'nft list ruleset: an output rule of this host may be the one (vpndoctor verify --only firewall)',
              },
            ],
          }
        : reason === 'host-unreachable'
          ? {
              slug: 'host-unreachable',
              confidence: 0.9,
              title: `${address} cannot be reached`,
              cause: `ICMP host or network unreachable${from === undefined ? '' : ` came from ${from}`}: nobody on the link answers for it, or a router on the way has no route.`,
              fix: [{ end: 'path' as const, text: `ip route get ${address}; tracepath ${address}` }, ...other],
            }
          : {
              slug: 'tcp-closed',
              confidence: 0.8,
              title: `${/reset/.test(said) ? `The TCP connection to ${address} is reset` : `${address} closes the TCP connection`} on port ${port} after our first packet`,
              cause:
                'Whoever listens takes the connection and ends it as soon as OpenVPN speaks: a server whose tls-auth or tls-crypt does not know our packet, another program (a web server with port-share behind OpenVPN goes on instead), or a middlebox that looks for OpenVPN.',
              fix: [
                {
                  end: 'theirs' as const,
                  text: 'its log at that moment: "cannot locate HMAC", "packet authentication failed", "Bad encapsulated packet length"',
                },
                {
                  end: 'ours' as const,
                  text: 'the same tls-auth, tls-crypt or tls-crypt-v2 key as there; tls-crypt hides OpenVPN from middleboxes',
                },
              ],
            };
  return { status: 'fail', text, findings: [probeFinding(target, facts, { ...common, ...particulars })] };
}
