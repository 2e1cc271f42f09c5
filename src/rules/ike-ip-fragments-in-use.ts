import { finding, type Rule } from './rule.js';
import { attemptsOf } from './shared/attempts.js';
import { cameUp, seen } from './shared/handshake.js';

/** F19, when it went well this time. */
export const rule: Rule = {
  code: 'ike/ip-fragments-in-use',
  title: 'IKE messages go as IP fragments',
  severity: 'info',
  refs: ['RFC 7383 §1', 'RFC 7383 §2.3'],
  dependsOn: ['ike/large-message-lost'],
  *evaluate(facts) {
    for (const { peers, session, hit } of attemptsOf(facts, (candidate) => {
      const large = candidate.messages.filter(({ ipFragments }) => ipFragments > 1);
      return large.length > 0 && cameUp(candidate) ? large : undefined;
    })) {
      const [first] = hit;
      if (first === undefined) continue;
      const { initiator, responder } = session.fragmentation;
      yield finding(rule, {
        severity: 'info',
        confidence: 0.95,
        subject: peers.subject,
        title: `${first.exchange} of ${first.length} bytes went in ${first.ipFragments} IP fragments and got through`,
        cause: `Many firewalls and carriers drop IP fragments; on another path this tunnel would not come up. ${initiator && responder ? 'Both ends know IKE fragmentation, but this message did not use it.' : `IKE fragmentation is not in use: ${initiator ? 'the responder' : responder ? 'the initiator' : 'neither end'} ${initiator || responder ? 'does not announce' : 'announces'} it.`}`,
        evidence: hit.slice(0, 3).map((m) => seen(m, `${m.length} bytes in ${m.ipFragments} fragments`)),
        fix: [
          {
            end: 'either',
            text: 'at both ends: libreswan fragmentation=yes; swanctl.conf fragmentation = yes; Cisco ASA: crypto ikev2 fragmentation mtu 576',
          },
        ],
        retest: 'vpndoctor sniff --ike: SKF payloads instead of IP fragments',
      });
    }
  },
};
