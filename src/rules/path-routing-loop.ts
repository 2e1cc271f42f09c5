import { count } from '../bytes/count.js';
import { finding, type Rule } from './rule.js';
import { type IcmpKind, icmpCases, icmpEvidence, serviceOf } from './shared/icmp-errors.js';

const kind: IcmpKind = { v4: [11, 0], v6: [3, 0] };

/** A TTL that runs out on the way to the peer. */
export const rule: Rule = {
  code: 'path/routing-loop',
  title: 'ICMP says that packets to the peer ran in circles',
  severity: 'error',
  refs: ['RFC 792', 'RFC 1812 §5.3.1', 'RFC 4443 §3.3'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of icmpCases(facts, kind)) {
      const { quoted, reporter } = found.first;
      const service = serviceOf(quoted);
      yield finding(rule, {
        severity: found.severity,
        confidence: 0.85,
        subject: found.peers.subject,
        title: `${reporter} says that the TTL of ${found.about} to ${quoted.dst} ran out (${count(found.errors.length, 'time')})`,
        cause: `The packets of ${quoted.src} run in a circle, most often between two routers that point at each other, or back into the tunnel that carries them. A traceroute that was run meanwhile looks the same when it used this port.`,
        evidence: icmpEvidence(found),
        fix: [
          { end: 'path', text: `on ${reporter}: ip route get ${quoted.dst} must not point back to where the packet came from` },
          {
            end: 'ours',
            text: `where the tunnel's selectors cover the peer's own address: a host route for it, ip route add ${quoted.dst} via GATEWAY`,
          },
        ],
        retest: `traceroute ${service?.transport === 'tcp' ? '-T' : '-U'} -p ${service?.port ?? 500} ${quoted.dst} ends at ${quoted.dst}`,
      });
    }
  },
};
