import { count } from '../bytes/count.js';
import { secondsBetween } from '../model/seconds-between.js';
import { OPENVPN_PORT } from '../wire/openvpn/header.js';
import { finding, type Rule } from './rule.js';
import { type IcmpKind, icmpCases, icmpEvidence, serviceOf } from './shared/icmp-errors.js';
import { largeEvidence, mtuFixes, openvpnMtuFixes, outerLength, unansweredLarge } from './shared/mtu.js';

const kind: IcmpKind = { v4: [3, 4], v6: [2, 0] };

/** Path MTU discovery needs one message, two when two links are narrow; whoever gets more does not listen. */
const HEEDED = 2;

/** F85, when the path says so: a link takes no packets of this size. */
export const rule: Rule = {
  code: 'path/frag-needed',
  title: 'ICMP says that tunnel packets are too big',
  severity: 'error',
  refs: ['RFC 1191 §4', 'RFC 8201 §4', 'RFC 4301 §8.2', 'RFC 4303 §3.3.4'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of icmpCases(facts, kind)) {
      const { peers, errors, first } = found;
      const { quoted, reporter, mtu } = first;
      const last = errors.at(-1) ?? first;
      const openvpn = serviceOf(quoted)?.port === OPENVPN_PORT;
      const stubborn = errors.length > HEEDED;
      const lost = unansweredLarge(peers);
      const large = peers.sas.find((sa) => sa.src === quoted.src && mtu !== undefined && outerLength(sa) > mtu);
      yield finding(rule, {
        severity: stubborn || lost !== undefined ? 'error' : 'info',
        confidence: stubborn || lost !== undefined ? 0.88 : 0.8,
        subject: peers.subject,
        title: `${reporter} says that ${found.about} of ${quoted.src} to ${quoted.dst} is too big${mtu === undefined ? '' : ` for an MTU of ${mtu}`} (${count(errors.length, 'time')})`,
        cause: `${large === undefined ? '' : `The largest packets of SPI ${large.spi} take ${outerLength(large)} bytes. `}${
          stubborn
            ? `${quoted.src} does not adapt: it was told ${count(errors.length, 'time')} within ${secondsBetween(first, last).toFixed(1)} s and sends such packets still. Small packets pass, large ones (a web page, a file) hang.`
            : lost !== undefined
              ? `None of the ${lost.large} large packets was answered, before the message or after it, while small ones were: what goes into the tunnel is still too large.`
              : 'One or two such messages are path MTU discovery at work; if the sender adapts, nothing is wrong.'
        }`,
        evidence: [...icmpEvidence(found), ...(lost === undefined ? [] : largeEvidence(lost))],
        fix: openvpn ? openvpnMtuFixes(mtu) : mtuFixes(mtu),
        retest: `through the tunnel ping -M do -s ${mtu === undefined ? 1200 : Math.max(mtu - 140, 100)} HOST, and larger, with vpndoctor sniff --${openvpn ? 'openvpn' : 'esp'} running: no ICMP error and every request answered`,
      });
    }
  },
};
