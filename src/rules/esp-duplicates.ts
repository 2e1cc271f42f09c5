import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

const LEAST = 3;
const LEAST_SHARE = 0.005;
/** Nearly every packet twice: the capture saw it on two interfaces. */
const TWICE = 0.4;

/** Packets that came more than once. */
export const rule: Rule = {
  code: 'esp/duplicates',
  title: 'Packets come more than once',
  severity: 'warning',
  refs: ['RFC 4303 §3.4.3'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      for (const sa of peers.sas) {
        const share = sa.duplicates / sa.packets;
        if (sa.duplicates < LEAST || share < LEAST_SHARE || sa.restarts > 0) continue;
        const twice = share >= TWICE;
        const name = sa.protocol.toUpperCase();
        yield finding(rule, {
          severity: twice ? 'info' : 'warning',
          confidence: 0.8,
          subject: peers.subject,
          title: `${name} ${sa.spi} from ${sa.src} to ${sa.dst}: ${sa.duplicates} of ${sa.packets} packets came before (${(100 * share).toFixed(1)} %)`,
          cause: twice
            ? 'So many look like a capture that sees each packet twice, e.g. on any interface, or on a mirror port of both directions.'
            : 'The path copies packets (a loop in the link layer, a mirror, two routers of one group that both forward), or somebody replays them. The receiver drops the copies (XfrmInStateSeqError).',
          evidence: [
            ...sa.lateFrames.slice(0, 4).map((frame) => ({ frame, field: 'sequence number', text: `SPI ${sa.spi}, late or seen before` })),
            { frame: sa.lastFrame, field: 'sequence number', text: `SPI ${sa.spi}, last packet of ${sa.packets}` },
          ],
          fix: [
            {
              end: 'path',
              text: twice
                ? 'capture on one interface: sniff -i DEVICE'
                : 'find the copier: compare captures hop by hop, by sequence number',
            },
          ],
          retest: `vpndoctor sniff --esp --spi ${sa.spi} --summary`,
        });
      }
    }
  },
};
