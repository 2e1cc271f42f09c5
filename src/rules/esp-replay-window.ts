import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

const WINDOWS = [64, 128, 256, 512, 1024, 2048, 4096] as const;

/** F69: packets that come later than a receiver's replay window reaches back. */
export const rule: Rule = {
  code: 'esp/replay-window',
  title: 'Packets are reordered beyond the replay window',
  severity: 'warning',
  refs: ['RFC 4303 §3.4.3', 'RFC 4302 §3.4.3', 'RFC 4301 §4.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      for (const sa of peers.sas) {
        const { w32, w64, w128, w1024 } = sa.replayDrops;
        if (w32 === 0 || sa.restarts > 0) continue;
        const needed = WINDOWS.find((window) => window > sa.maxReorderDistance);
        const share = (n: number) => `${n} of ${sa.packets} (${((100 * n) / sa.packets).toFixed(n / sa.packets < 0.01 ? 2 : 1)} %)`;
        const name = sa.protocol.toUpperCase();
        yield finding(rule, {
          severity: 'warning',
          confidence: w64 > 0 ? 0.9 : 0.75,
          subject: peers.subject,
          title: `${name} ${sa.spi} from ${sa.src} to ${sa.dst} arrives up to ${sa.maxReorderDistance} packets late: a replay window of 32 drops ${share(w32)}, of 64 ${w64}, of 128 ${w128}, of 1024 ${w1024}`,
          cause: `The receiver must drop packets that are older than its window; it looks like loss inside the tunnel, and no IKE log mentions it (Linux: XfrmInStateSeqError; ASA: 402119). The order was changed between the sender and this capture: QoS queues that treat marks differently, several links or cores, a wireless hop. How large the receiver's window is cannot be seen from here${w64 === 0 ? '; 32 is the default of strongSwan and of the Linux kernel tools' : ''}.`,
          evidence: [
            ...sa.lateFrames
              .slice(0, 4)
              .map((frame) => ({ frame, field: 'sequence number', text: `SPI ${sa.spi}, late by more than a window, or seen before` })),
            {
              frame: sa.lastFrame,
              field: 'sequence number',
              text: `SPI ${sa.spi}, last packet of ${sa.packets}; ${sa.reordered} came after one with a higher number`,
            },
          ],
          fix: [
            ...(needed === undefined
              ? []
              : [
                  {
                    end: 'theirs' as const,
                    text: `at the receiver ${sa.dst}, a window of at least ${needed}: libreswan replay-window=${needed}; swanctl.conf replay_window = ${needed}; Cisco ASA: crypto ipsec security-association replay window-size ${Math.min(needed, 1024)}`,
                  },
                ]),
            {
              end: 'path',
              text: 'keep the order of one SA: no per-packet load balancing, one queue for the tunnel (do not copy DSCP to the outer header, or one SA per class)',
            },
          ],
          retest: `vpndoctor sniff --esp --spi ${sa.spi} at the receiver; XfrmInStateSeqError in /proc/net/xfrm_stat must stand still`,
        });
      }
    }
  },
};
