import type { SaFacts } from '../model/sa.js';
import { finding, type Rule } from './rule.js';
import { directionsOf } from './shared/directions.js';
import { peersOf } from './shared/peers.js';

const LEAST_PACKETS = 3;

/** F07: one end sends ESP in UDP, the other as protocol 50. */
export const rule: Rule = {
  code: 'esp/encapsulation-mismatch',
  title: 'One end encapsulates ESP in UDP and the other does not',
  severity: 'error',
  refs: ['RFC 3948 §2.1', 'RFC 7296 §2.23'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const directions = directionsOf(peers, 'esp');
      if (directions === undefined) continue;
      const [there, back] = directions;
      const forms = [there, back].map(({ sas }) => new Set(sas.map(({ encapsulation }) => encapsulation)));
      const [a, b] = forms.map((set) => (set.size === 1 ? [...set][0] : undefined));
      if (a === undefined || b === undefined || a === b || there.packets < LEAST_PACKETS || back.packets < LEAST_PACKETS) continue;
      const words = (form: SaFacts['encapsulation']) => (form === 'udp' ? 'in UDP 4500' : form === 'tcp' ? 'in TCP' : 'as protocol 50');
      yield finding(rule, {
        severity: 'error',
        confidence: 0.85,
        subject: peers.subject,
        title: `${there.src} sends ESP ${words(a)}, ${back.src} sends it ${words(b)}`,
        cause:
          'A receiver takes ESP only in the form its SA was set up for (Linux counts the rest as XfrmInStateMismatch). One end forces UDP encapsulation, or the two ends came to different results about a NAT.',
        evidence: [there, back].map(({ sas }) => ({
          frame: (sas[0] as SaFacts).firstFrame,
          field: 'ESP',
          text: `from ${(sas[0] as SaFacts).src} ${words((sas[0] as SaFacts).encapsulation)}, SPI ${(sas[0] as SaFacts).spi}`,
        })),
        fix: [
          {
            end: 'either',
            text: 'the same at both ends: libreswan encapsulation=auto (or yes at both); swanctl.conf encap = no (or yes at both); Cisco ASA: crypto isakmp nat-traversal 20',
          },
        ],
        retest: 'vpndoctor sniff --esp while a ping runs through the tunnel: both directions in the same form',
      });
    }
  },
};
