import { finding, type Rule } from './rule.js';
import { further, openvpnCases, recovery, retestOf } from './shared/openvpn.js';

const LARGE = 1000;
const COPIES = 3;

/** F112, MTU: the large packets of the handshake are repeated while the other end is alive and acknowledges small ones. */
export const rule: Rule = {
  code: 'openvpn/large-packets-lost',
  title: 'Large packets of the control channel do not arrive',
  severity: 'error',
  refs: ['RFC 1191', 'OpenVPN manual --max-packet-size', 'OpenVPN manual --mssfix'],
  dependsOn: ['path/frag-needed'],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ messages, outcome, transport }) => {
      if (outcome === 'established' || transport === 'tcp') return undefined;
      return messages.find((message) => {
        if (message.retransmissionOf !== undefined || message.length < LARGE || message.packetId === undefined) return false;
        const copies = messages.filter((copy) => copy.retransmissionOf === message.frame);
        const acknowledged = messages.some(
          (other) =>
            other.fromClient !== message.fromClient &&
            other.keyId === message.keyId &&
            other.acks?.includes(message.packetId ?? -1) === true &&
            other.frame > message.frame,
        );
        const last = copies.at(-1);
        const alive =
          last !== undefined && messages.some((other) => other.fromClient !== message.fromClient && other.frame > (copies[0]?.frame ?? 0));
        return copies.length + 1 >= COPIES && !acknowledged && alive;
      });
    })) {
      const { session, hit, subject, severity } = found;
      const copies = session.messages.filter(({ retransmissionOf }) => retransmissionOf === hit.frame);
      yield finding(rule, {
        severity,
        confidence: 0.8,
        subject,
        title: `A control packet of ${hit.length} bytes is sent ${copies.length + 1} times and never acknowledged, while smaller ones pass${further(found)}`,
        cause: `The other end is alive. A link on the path is smaller than the packet, and the ICMP message that would say so, or the fragments, are filtered. In TLS the certificates make the packets large.${recovery(found)}`,
        evidence: [hit, ...copies.slice(0, 2)].map(({ frame, length }) => ({ frame, text: `${length} bytes, not acknowledged` })),
        fix: [
          { end: 'either', text: 'max-packet-size 1200 (2.6) at both ends for the control channel, mssfix 1300 for data' },
          { end: 'path', text: 'let ICMP type 3 code 4 (IPv6: type 2) and fragments through' },
        ],
        retest: retestOf(session),
      });
    }
  },
};
