import { count } from '../bytes/count.js';
import { finding, type Rule } from './rule.js';
import { type IcmpCase, type IcmpKind, icmpCases, icmpEvidence, serviceOf } from './shared/icmp-errors.js';

/** Codes 9, 10 and 13; IPv6 1 and, for source policy and reject routes, 5 and 6. */
const kind: IcmpKind = { v4: [3, 9, 10, 13], v6: [1, 1, 5, 6] };

/** F03: a filter says so itself. */
export const rule: Rule = {
  code: 'path/admin-prohibited',
  title: 'ICMP says that a filter forbids the traffic',
  severity: 'error',
  refs: ['RFC 1812 §5.2.7.1', 'RFC 1122 §3.2.2.1', 'RFC 4443 §3.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of icmpCases(facts, kind)) {
      const { quoted, reporter } = found.first;
      yield finding(rule, {
        severity: found.severity,
        confidence: 0.97,
        subject: found.peers.subject,
        title: `${reporter} filters ${found.about} from ${quoted.src} to ${quoted.dst}: administratively prohibited (${count(found.errors.length, 'time')})`,
        cause: `${reporter} dropped the packets by a rule of its own and says so. The tunnel's configuration has no part in it.`,
        evidence: icmpEvidence(found),
        fix: permission(found).map((text) => ({ end: 'path', text })),
        retest: `vpndoctor sniff -i any --host ${quoted.dst} while the tunnel is tried again: no ICMP error`,
      });
    }
  },
};

/** Who may pass: IPsec as a whole, or the one port that OpenVPN or IKE over TCP has. */
function permission({ first: { quoted, reporter } }: IcmpCase): readonly string[] {
  const { src, dst } = quoted;
  const service = serviceOf(quoted);
  if (service === undefined || service.ipsec)
    return [
      `on ${reporter}: permit UDP 500, UDP 4500 and protocol 50 between ${src} and ${dst} in both directions`,
      'nft: add rule inet filter forward meta l4proto { esp, ah } accept; add rule inet filter forward udp dport { 500, 4500 } accept',
      `Cisco: access-list OUTSIDE permit udp host ${src} host ${dst} eq isakmp; the same with eq 4500; permit esp host ${src} host ${dst}`,
    ];
  const { transport, port, server, client } = service;
  return [
    `on ${reporter}: permit ${transport.toUpperCase()} ${port} between ${src} and ${dst} in both directions`,
    `nft: add rule inet filter forward ${transport} dport ${port} accept; add rule inet filter forward ${transport} sport ${port} accept`,
    `Cisco: access-list OUTSIDE permit ${transport} host ${client} host ${server} eq ${port}; back: permit ${transport} host ${server} eq ${port} host ${client}`,
  ];
}
