import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

/** Decryption with the keys given found ICVs that do not fit. */
export const rule: Rule = {
  code: 'esp/icv-bad',
  title: 'The integrity check fails with the keys given',
  severity: 'error',
  refs: ['RFC 4303 §3.4.4', 'RFC 4868 §2.6'],
  dependsOn: ['esp/icv-length-mismatch'],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      for (const sa of peers.sas) {
        if (sa.decrypted === undefined || sa.decrypted.bad === 0) continue;
        const { good, bad } = sa.decrypted;
        const all = good === 0;
        yield finding(rule, {
          severity: 'error',
          confidence: all ? 0.8 : 0.9,
          subject: peers.subject,
          title: `ICV wrong in ${bad} of ${good + bad} packets of ${sa.protocol.toUpperCase()} ${sa.spi} from ${sa.src} to ${sa.dst}`,
          cause: all
            ? 'Not one packet verifies: the keys or algorithms given are not those of the sender (then they are only wrong here), or the sender truncates the ICV to another length (SHA2-256 to 96 bits instead of 128, RFC 4868 §2.6), or the two ends do have different keys.'
            : 'Some packets verify and others do not, with one key: they were changed on the way (faulty hardware or offload, a middlebox) or forged.',
          evidence: [
            { frame: sa.firstFrame, field: 'ESP ICV', text: `SPI ${sa.spi}, first packet` },
            { frame: sa.lastFrame, field: 'ESP ICV', text: `SPI ${sa.spi}, last packet: ${good} good, ${bad} bad in all` },
          ],
          fix: all
            ? [
                { end: 'either', text: 'give the keys of this SPI again from ip xfrm state at the sender; mind auth-trunc and its bits' },
                {
                  end: 'either',
                  text: 'with SHA2-256: libreswan sha2-truncbug=yes, or strongSwan esp_proposals = aes256-sha256_96, at the end that talks to an old peer',
                },
              ]
            : [
                {
                  end: 'path',
                  text: 'switch offload off to compare: ethtool -K DEV gro off gso off tso off rx off tx off esp-hw-offload off',
                },
              ],
          retest: `vpndoctor sniff --esp --spi ${sa.spi} with keys: every ICV good`,
        });
      }
    }
  },
};
