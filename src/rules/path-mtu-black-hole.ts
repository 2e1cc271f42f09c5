import type { IcmpErrorFacts } from '../model/capture-facts.js';
import type { Evidence, Severity } from '../model/finding.js';
import type { SaFacts } from '../model/sa.js';
import { finding, type Rule } from './rule.js';
import { count, seconds } from './shared/clock.js';
import { type Peers, peersOf } from './shared/peers.js';
import { IKE_PORT, NATT_PORT } from './shared/ports.js';

const FRAGMENTATION_NEEDED = { type: 3, code: 4 };
const PACKET_TOO_BIG = 2;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;
const ESP_PROTOCOL = 50;
const UDP_PROTOCOL = 17;
const LEAST_INCOMPLETE = 3;

interface Hole {
  readonly severity: Severity;
  readonly confidence: number;
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
  readonly mtu: number | undefined;
}

/** F85: packets larger than the path takes. */
export const rule: Rule = {
  code: 'path/mtu-black-hole',
  title: 'Tunnel packets are larger than the path takes',
  severity: 'error',
  refs: ['RFC 4301 §8.2', 'RFC 4303 §3.3.4', 'RFC 1191 §4', 'RFC 8201 §4'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const hole = announced(peers) ?? fragmentsLost(peers);
      if (hole === undefined) continue;
      // Outer header 20, ESP with AES-CBC and 16 bytes of ICV up to 57, UDP 8, TCP and IP inside 40: rounded down.
      const mss = hole.mtu === undefined ? 1360 : Math.max(hole.mtu - 140, 536);
      yield finding(rule, {
        severity: hole.severity,
        confidence: hole.confidence,
        subject: peers.subject,
        title: hole.title,
        cause: `${hole.cause} Small pings pass and large transfers hang. What happens inside the tunnel cannot be seen without keys.`,
        evidence: hole.evidence,
        fix: [
          {
            end: 'either',
            text: `smaller TCP segments through the tunnel: iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -m policy --pol ipsec --dir out -j TCPMSS --set-mss ${mss}; Cisco ASA: sysopt connection tcpmss ${mss}`,
          },
          {
            end: 'either',
            text: `or a smaller MTU: libreswan mtu=${hole.mtu === undefined ? 1400 : hole.mtu - 80}; for xfrm interfaces ip link set dev ipsec0 mtu ${hole.mtu === undefined ? 1400 : hole.mtu - 80}`,
          },
          { end: 'path', text: 'let ICMP "fragmentation needed" (type 3 code 4; ICMPv6 type 2) pass, and fragments of ESP' },
        ],
        retest: `through the tunnel ping -M do -s 1300 HOST, then larger, with vpndoctor sniff --esp running: where answers stop is the MTU`,
      });
    }
  },
};

/** ICMP names the MTU. Trouble only when the sender goes on with packets larger than that. */
function announced(peers: Peers): Hole | undefined {
  const errors = peers.icmpErrors.filter(({ type, code, quoted }) =>
    quoted.src.includes(':') ? type === PACKET_TOO_BIG : type === FRAGMENTATION_NEEDED.type && code === FRAGMENTATION_NEEDED.code,
  );
  const [first] = errors;
  if (first === undefined) return undefined;
  const last = errors.at(-1) ?? first;
  const stubborn = peers.sas.find(
    (sa) => sa.src === first.quoted.src && first.mtu !== undefined && outerLength(sa) > first.mtu && seconds(last, sa.lastTime) > 1,
  );
  const repeated = errors.length > LEAST_INCOMPLETE;
  return {
    severity: repeated ? 'error' : 'warning',
    confidence: repeated ? 0.85 : 0.8,
    mtu: first.mtu,
    title: `${first.reporter} says that packets of ${first.quoted.src} to ${first.quoted.dst} are too big${first.mtu === undefined ? '' : ` for its MTU of ${first.mtu}`} (${count(errors.length, 'time')})`,
    cause: `${stubborn === undefined ? '' : `The largest packets of SPI ${stubborn.spi} take ${outerLength(stubborn)} bytes on the wire. `}${repeated ? `${first.quoted.src} does not heed the message: it goes on sending packets that are too big.` : 'One or a few such messages are path MTU discovery at work; if the sender heeds them, nothing is wrong.'}`,
    evidence: errors.slice(0, 4).map(icmpLine),
  };
}

const icmpLine = ({ frame, reporter, type, code, text, mtu }: IcmpErrorFacts): Evidence => ({
  frame,
  field: `ICMP ${type}/${code}`,
  text: `${reporter} says "${text}"${mtu === undefined ? '' : `, next-hop MTU ${mtu}`}`,
});

function outerLength(sa: SaFacts): number {
  return sa.maxLength + (sa.src.includes(':') ? IPV6_HEADER : IPV4_HEADER) + (sa.encapsulation === 'udp' ? UDP_HEADER : 0);
}

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
    mtu: undefined,
    title: `Large ESP packets of ${first.src} arrive incomplete: ${count(incomplete.length, 'fragmented packet')} never became whole${whole === 0 ? ', not one did' : ''}`,
    cause: `The tunnel packets are larger than the link, leave as IP fragments, and ${first.haveFirst ? 'only the first fragment arrives' : 'the first fragment is missing'}: something on the path drops fragments.`,
    evidence: incomplete.slice(0, 4).map(({ frame, src, dst, fragments, haveFirst }) => ({
      frame,
      field: 'IP fragment',
      text: `${src} to ${dst}: ${count(fragments, 'fragment')}${haveFirst ? '' : ', without the first'}, never whole`,
    })),
  };
}
