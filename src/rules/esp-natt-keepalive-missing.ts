import { finding, type Rule } from './rule.js';
import { span } from './shared/clock.js';
import { type Peers, peersOf } from './shared/peers.js';

/** Mappings of UDP last 30 s in the shortest common case (RFC 4787 §4.3 asks for two minutes); keepalives come every 20 s. */
const IDLE = 60;

/** F09, before it hurts: a NAT, long silence, and no keepalive in it. */
export const rule: Rule = {
  code: 'esp/natt-keepalive-missing',
  title: 'No keepalives hold the NAT mapping open',
  severity: 'info',
  refs: ['RFC 3948 §2.3', 'RFC 3948 §4', 'RFC 4787 §4.3'],
  dependsOn: ['path/nat-mapping-expired'],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const found = silentBehindNat(peers);
      if (found === undefined) continue;
      yield finding(rule, {
        severity: 'info',
        confidence: 0.7,
        subject: peers.subject,
        title: `${found.address} is behind a NAT and was silent for ${span(found.gap)} without a keepalive`,
        cause:
          'A NAT forgets a UDP mapping after some idle time (often 30 s to 5 min). The end behind it should send one byte 0xff every 20 s or so (RFC 3948 §4); the other end cannot reach it once the mapping is gone. How long this NAT remembers cannot be seen here.',
        evidence: [{ frame: found.frame, field: 'UDP 4500', text: `the packet that ended the silence` }],
        fix: [
          {
            end: 'either',
            text: `on ${found.address}: libreswan nat-keepalive=yes (config setup keep-alive=20); strongSwan charon.keep_alive = 20s; Cisco ASA: crypto isakmp nat-traversal 20`,
          },
        ],
        retest: 'vpndoctor sniff -i any --port 4500 on an idle tunnel: a keepalive every 20 s',
      });
    }
  },
};

function silentBehindNat({ sessions, sas, keepalives }: Peers) {
  const behind = new Set<string>();
  for (const { nat, initiator, responder } of sessions) {
    if (nat.initiatorBehindNat === true) behind.add(initiator.address);
    if (nat.responderBehindNat === true) behind.add(responder.address);
  }
  for (const address of behind) {
    if (keepalives.some(({ src }) => src === address)) continue;
    const own = sas.filter(({ src, encapsulation }) => src === address && encapsulation === 'udp');
    const [sa] = own;
    // With several SAs the silence of one says nothing: another may have kept the mapping open.
    if (sa !== undefined && own.length === 1 && sa.longestGap >= IDLE) return { address, gap: sa.longestGap, frame: sa.longestGapFrame };
  }
  return undefined;
}
