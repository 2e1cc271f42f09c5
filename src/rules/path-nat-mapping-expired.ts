import type { IkeMessageFacts } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { NATT_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { span } from './shared/clock.js';
import { seen } from './shared/handshake.js';

/** Shorter silences do not cost a mapping. */
const IDLE = 25;

/** F09: after a silence the packets of one end come from another port of the same address. */
export const rule: Rule = {
  code: 'path/nat-mapping-expired',
  title: 'The NAT mapping changed after a silence',
  severity: 'warning',
  refs: ['RFC 3948 §4', 'RFC 7296 §2.23', 'RFC 4787 §4.3'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) => {
      // MOBIKE changes addresses on purpose (RFC 4555).
      if (session.messages.some((m) => m.notifies.some(({ type }) => type === NOTIFY.UPDATE_SA_ADDRESSES && session.protocol === 'ikev2')))
        return undefined;
      const last = new Map<boolean, IkeMessageFacts>();
      for (const message of session.messages) {
        const before = last.get(message.fromInitiator);
        last.set(message.fromInitiator, message);
        if (before === undefined || before.dst.port !== NATT_PORT || message.dst.port !== NATT_PORT) continue;
        if (before.src.address === message.src.address && before.src.port !== message.src.port && secondsBetween(before, message) >= IDLE)
          return { before, message };
      }
      return undefined;
    })) {
      const { peers, hit } = attempts;
      const { before, message } = hit;
      yield finding(rule, {
        severity: 'warning',
        confidence: 0.8,
        subject: peers.subject,
        title: `${message.src.address} came from port ${before.src.port ?? 0}, and after ${span(secondsBetween(before, message))} from port ${message.src.port ?? 0}${furtherAttempts(attempts)}`,
        cause:
          'The NAT in front of that end dropped the mapping in the meantime and made another. Between the two nothing could reach that end; ESP sent to the old port is lost until the other end follows.',
        evidence: [seen(before, `from port ${before.src.port ?? 0}`), seen(message, `from port ${message.src.port ?? 0}`)],
        fix: [
          {
            end: 'either',
            text: 'keepalives more often than the NAT forgets, at the end behind it: libreswan nat-keepalive=yes (config setup keep-alive=20); strongSwan charon.keep_alive = 20s; Cisco ASA: crypto isakmp nat-traversal 20',
          },
          { end: 'path', text: 'or a longer UDP timeout on the NAT: sysctl net.netfilter.nf_conntrack_udp_timeout_stream=180' },
        ],
        retest: 'leave the tunnel idle for as long again with vpndoctor sniff -i any --port 4500 running: the port must stay',
      });
    }
  },
};
