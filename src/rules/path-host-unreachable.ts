import { count } from '../bytes/count.js';
import { finding, type Rule } from './rule.js';
import { type IcmpKind, icmpCases, icmpEvidence } from './shared/icmp-errors.js';

/** Network or host unreachable, unknown, isolated, or by type of service; IPv6 no route, beyond scope, address unreachable. */
const kind: IcmpKind = { v4: [3, 0, 1, 5, 6, 7, 8, 11, 12], v6: [1, 0, 2, 3] };

/** F03: no way there. */
export const rule: Rule = {
  code: 'path/host-unreachable',
  title: 'ICMP says that there is no way to the host',
  severity: 'error',
  refs: ['RFC 792', 'RFC 1122 §3.2.2.1', 'RFC 4443 §3.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of icmpCases(facts, kind)) {
      const { quoted, reporter, text } = found.first;
      const own = reporter === quoted.src;
      yield finding(rule, {
        severity: found.severity,
        confidence: 0.95,
        subject: found.peers.subject,
        title: `${reporter} says ${text} for ${found.about} to ${quoted.dst} (${count(found.errors.length, 'time')})`,
        cause: own
          ? `${reporter} itself cannot reach ${quoted.dst}: no route, or no answer to ARP or neighbour discovery on the link.`
          : `The packets of ${quoted.src} get as far as ${reporter}, which has no route to ${quoted.dst}, or the host does not answer ARP or neighbour discovery on the last link: it is down or has another address.`,
        evidence: icmpEvidence(found),
        fix: [
          {
            end: 'path',
            text: `on ${reporter}: ip route get ${quoted.dst} and ip neighbour show ${quoted.dst}; add the route, or start the host`,
          },
          { end: 'ours', text: `check that ${quoted.dst} is still the peer's address: getent hosts NAME-OF-THE-PEER` },
        ],
        retest: `ping ${quoted.dst}, then vpndoctor sniff -i any --host ${quoted.dst} while the tunnel is tried again`,
      });
    }
  },
};
