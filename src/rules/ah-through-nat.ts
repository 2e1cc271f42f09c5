import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

/** F98: AH covers the addresses that a NAT changes. */
export const rule: Rule = {
  code: 'ah/through-nat',
  title: 'AH goes through a NAT',
  severity: 'error',
  refs: ['RFC 4302 §3.3.3', 'RFC 3715 §2.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const session = peers.sessions.find(({ nat }) => nat.checked && (nat.initiatorBehindNat === true || nat.responderBehindNat === true));
      const sa = peers.sas.find(({ protocol }) => protocol === 'ah');
      if (session === undefined || sa === undefined) continue;
      yield finding(rule, {
        severity: 'error',
        confidence: 0.9,
        subject: peers.subject,
        title: `AH ${sa.spi} from ${sa.src} to ${sa.dst} goes through a NAT (${session.nat.text})`,
        cause:
          "AH's integrity check covers the addresses of the IP header. A NAT changes one of them, so the check fails at the receiver for every packet; AH cannot be carried in UDP either.",
        evidence: [{ frame: sa.firstFrame, field: 'AH', text: `SPI ${sa.spi}, ${sa.packets} packets` }],
        fix: [
          {
            end: 'ours',
            text: 'ESP instead: ipsec.conf phase2=esp (libreswan), swanctl.conf esp_proposals instead of ah_proposals, Cisco: a transform-set with esp- only',
          },
          { end: 'theirs', text: 'the same at the other end; ESP with NULL encryption where only integrity is wanted' },
        ],
        retest: 'vpndoctor sniff --esp --ah: ESP in UDP 4500 in both directions, no AH',
      });
    }
  },
};
