import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

const LIMIT = 2 ** 32;
const NEAR = 0.95 * LIMIT;

/** F70: the 32-bit sequence number runs out, or ran out. */
export const rule: Rule = {
  code: 'esp/sequence-wrap',
  title: 'The sequence number runs out',
  severity: 'warning',
  refs: ['RFC 4303 §3.3.3', 'RFC 4303 §2.2.1', 'RFC 4304 §2'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      for (const sa of peers.sas) {
        const wrapped = sa.wraps > 0;
        if (sa.protocol === 'ipcomp' || (!wrapped && sa.highestSequence < NEAR)) continue;
        yield finding(rule, {
          severity: 'warning',
          confidence: wrapped ? 0.7 : 0.9,
          subject: peers.subject,
          title: wrapped
            ? `${sa.protocol.toUpperCase()} ${sa.spi} from ${sa.src} went past sequence number 2^32`
            : `${sa.protocol.toUpperCase()} ${sa.spi} from ${sa.src} is at sequence number ${sa.highestSequence}, ${LIMIT - sa.highestSequence} before the end`,
          cause: wrapped
            ? 'Either extended sequence numbers are in use (then it is right; the upper half is never sent), or the sender started over, which RFC 4303 forbids: the receiver then drops everything.'
            : 'Without extended sequence numbers the sender must stop at 2^32 (Linux: XfrmOutStateSeqError); a rekey has to come before. Whether ESN is in use cannot be seen in the packets.',
          evidence: [{ frame: sa.lastFrame, field: 'sequence number', text: `SPI ${sa.spi}, last seen ${sa.lastSequence}` }],
          fix: [
            {
              end: 'either',
              text: 'extended sequence numbers at both ends: libreswan esn=yes; swanctl.conf esp_proposals = aes256gcm16-esn; or rekey by packets: swanctl.conf rekey_packets = 4000000000',
            },
          ],
          retest: `vpndoctor sniff --esp --spi ${sa.spi}: a new SPI takes over before 2^32`,
        });
      }
    }
  },
};
