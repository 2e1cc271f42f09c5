import type { Evidence, Severity } from '../model/finding.js';
import type { SaFacts } from '../model/sa.js';
import { finding, type Rule } from './rule.js';
import { count } from './shared/clock.js';
import { mtuFixes, outerLength } from './shared/mtu.js';
import { type Peers, peersOf } from './shared/peers.js';
import { IKE_PORT, NATT_PORT } from './shared/ports.js';

const ESP_PROTOCOL = 50;
const UDP_PROTOCOL = 17;
const LEAST_INCOMPLETE = 3;
const LEAST_LARGE = 3;
const LEAST_ANSWERED = 2;
/** The smallest path in use: nothing of this size is lost for its size alone. */
const LEAST_MTU = 576;

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
    protocol === ESP_PROTOCOL
      ? true
      : protocol === UDP_PROTOCOL &&
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

/**
 * Requests of two sizes, and answers of the small size only: an echo test whose large packets get lost. Other traffic
 * does not look like that, and its large packets say nothing without keys.
 */
function largeUnanswered(peers: Peers): Hole | undefined {
  for (const there of peers.sas) {
    const back = there.pairSpi === undefined ? undefined : peers.sas.find(({ spi, src }) => spi === there.pairSpi && src === there.dst);
    const large = largePackets(there);
    if (back === undefined || large === undefined || large < LEAST_LARGE || outerLength(there) <= LEAST_MTU) continue;
    const small = there.packets - large;
    if (back.minLength !== there.minLength || back.maxLength !== there.minLength) continue;
    if (back.packets < LEAST_ANSWERED || back.packets > small) continue;
    return {
      severity: 'error',
      confidence: 0.75,
      title: `${count(large, 'ESP packet')} of ${there.maxLength} bytes from ${there.src} (${outerLength(there)} on the wire) got no answer, while ${back.packets} of ${small} small ones did`,
      cause: `Packets of ${there.minLength} bytes are answered by packets of the same size, those of ${there.maxLength} bytes never: somewhere behind this place a link is too narrow for them, and its ICMP "fragmentation needed" does not come back, or is not sent because the fragments are dropped. Whether the large ones are lost on the way there, or their answers on the way back, cannot be seen from here.`,
      evidence: [
        { frame: there.lastFrame, field: 'ESP length', text: `SPI ${there.spi}: ${there.minLength} or ${there.maxLength} bytes` },
        { frame: back.lastFrame, field: 'ESP length', text: `SPI ${back.spi}, the answers: ${back.maxLength} bytes at most` },
      ],
    };
  }
  return undefined;
}

/** How many packets have the largest length, when there are just two lengths: the sum of bytes tells. */
function largePackets({ packets, bytes, minLength, maxLength }: SaFacts): number | undefined {
  if (minLength === maxLength) return undefined;
  const large = (bytes - packets * minLength) / (maxLength - minLength);
  return Number.isInteger(large) && large > 0 && large < packets ? large : undefined;
}
