import { count } from '../bytes/count.js';
import type { IcmpErrorFacts } from '../model/capture-facts.js';
import { finding, type Rule } from './rule.js';
import { type IcmpKind, icmpCases, icmpEvidence } from './shared/icmp-errors.js';

/** IPv6 says the same with "unrecognized Next Header" (RFC 4443 §3.4). */
const kind: IcmpKind = { v4: [3, 2], v6: [4, 1] };

/** F05, F57: the host knows no ESP or AH. */
export const rule: Rule = {
  code: 'path/protocol-unreachable',
  title: 'ICMP says that the host takes no ESP or AH',
  severity: 'error',
  refs: ['RFC 792', 'RFC 1122 §3.2.2.1', 'RFC 4443 §3.4'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of icmpCases(facts, kind)) {
      if (found.peers.sas.length === 0 && found.peers.sessions.length === 0 && found.errors.every(isProbe)) continue;
      const { quoted, reporter } = found.first;
      yield finding(rule, {
        severity: found.severity,
        confidence: 0.95,
        subject: found.peers.subject,
        title: `${reporter} says protocol unreachable for ${found.about} (${count(found.errors.length, 'time')})`,
        cause: `${reporter === quoted.dst ? `${quoted.dst} has nothing that takes ${found.about}: its kernel lacks the module, or the daemon there did not install an SA.` : `${reporter} is not ${quoted.dst} itself: a filter on the way rejects ${found.about} with this ICMP code.`} IKE is not affected, so it can look established.`,
        evidence: icmpEvidence(found),
        fix: [
          ...(reporter === quoted.dst
            ? []
            : [
                {
                  end: 'path' as const,
                  text: `on ${reporter}: permit protocol 50 and 51 between ${quoted.src} and ${quoted.dst} in both directions`,
                },
              ]),
          {
            end: 'either',
            text: `on ${quoted.dst}: modprobe esp4 ah4 xfrm_user, then restart the daemon; ip xfrm state must list SPI ${quoted.spi ?? 'of these packets'}`,
          },
          { end: 'either', text: 'or carry ESP in UDP 4500: libreswan encapsulation=yes, swanctl.conf encap = yes' },
        ],
        retest: 'vpndoctor sniff -i any --esp while a ping runs through the tunnel: ESP in both directions and no ICMP',
      });
    }
  },
};

/** Scanners send each protocol once, with nothing inside. No SA has SPI 0 (RFC 4303 §2.1). */
function isProbe({ quoted }: IcmpErrorFacts): boolean {
  return quoted.spi === undefined || BigInt(quoted.spi) === 0n;
}
