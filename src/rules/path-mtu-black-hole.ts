import { count } from '../bytes/count.js';
import type { Evidence, Severity } from '../model/finding.js';
import { PROTOCOL_ESP, PROTOCOL_UDP } from '../wire/ip/protocols.js';
import { IKE_PORT, NATT_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { largeEvidence, mtuFixes, outerLength, unansweredLarge } from './shared/mtu.js';
import { type Peers, peersOf } from './shared/peers.js';

const LEAST_INCOMPLETE = 3;

interface Hole {
  readonly severity: Severity;
  readonly confidence: number;
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
}

/** F85: large packets vanish without a word. */
export const rule: Rule = {
  code: 'path/mtu-black-hole',
  title: 'Large tunnel packets vanish',
  severity: 'error',
  refs: ['RFC 4301 §8.2', 'RFC 4303 §3.3.4', 'RFC 2923 §2.1'],
  dependsOn: ['path/frag-needed'],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const hole = fragmentsLost(peers) ?? largeUnanswered(peers);
      if (hole === undefined) continue;
      yield finding(rule, {
        ...hole,
        subject: peers.subject,
        fix: mtuFixes(undefined),
        retest:
          'through the tunnel ping -M do -s 1200 HOST, then larger, with vpndoctor sniff --esp running: where answers stop is the MTU',
      });
    }
  },
};

/** ESP in IP fragments of which a part never comes. */
function fragmentsLost(peers: Peers): Hole | undefined {
  const incomplete = peers.incompleteDatagrams.filter(({ protocol, srcPort, dstPort, frame }) =>
    protocol === PROTOCOL_ESP
      ? true
      : protocol === PROTOCOL_UDP &&
        [srcPort, dstPort].includes(NATT_PORT) &&
        ![srcPort, dstPort].includes(IKE_PORT) &&
        peers.sas.some(({ firstFrame }) => firstFrame < frame),
  );
  const [first] = incomplete;
  if (first === undefined || incomplete.length < LEAST_INCOMPLETE) return undefined;
  const whole = peers.sas.filter(({ src }) => src === first.src).reduce((sum, sa) => sum + sa.ipFragmented, 0);
  if (whole > incomplete.length) return undefined;
  return {
    severity: 'error',
    confidence: 0.85,
    title: `Large ESP packets of ${first.src} arrive incomplete: ${count(incomplete.length, 'fragmented packet')} never became whole${whole === 0 ? ', not one did' : ''}`,
    cause: `The tunnel packets are larger than the link, leave as IP fragments, and ${first.haveFirst ? 'only the first fragment arrives' : 'the first fragment is missing'}: something on the path drops fragments. Small pings pass and large transfers hang.`,
    evidence: incomplete.slice(0, 4).map(({ frame, src, dst, fragments, haveFirst }) => ({
      frame,
      field: 'IP fragment',
      text: `${src} to ${dst}: ${count(fragments, 'fragment')}${haveFirst ? '' : ', without the first'}, never whole`,
    })),
  };
}

function largeUnanswered(peers: Peers): Hole | undefined {
  const lost = unansweredLarge(peers);
  if (lost === undefined) return undefined;
  const { there, back, large, small } = lost;
  return {
    severity: 'error',
    confidence: 0.75,
    title: `${count(large, 'ESP packet')} of ${there.maxLength} bytes from ${there.src} (${outerLength(there)} on the wire) got no answer, while ${back.packets} of ${small} small ones did`,
    cause: `Packets of ${there.minLength} bytes are answered by packets of the same size, those of ${there.maxLength} bytes never: somewhere behind this place a link is too narrow for them, and its ICMP "fragmentation needed" does not come back, or is not sent because the fragments are dropped. Whether the large ones are lost on the way there, or their answers on the way back, cannot be seen from here.`,
    evidence: largeEvidence(lost),
  };
}
