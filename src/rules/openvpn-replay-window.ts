import { finding, type Rule } from './rule.js';
import { openvpnCases, retestOf } from './shared/openvpn.js';

/** F118: packets later than the replay window, which the receiver drops. */
export const rule: Rule = {
  code: 'openvpn/replay-window',
  title: 'Packets come later than the replay window lets in',
  severity: 'warning',
  refs: ['OpenVPN manual --replay-window', 'OpenVPN manual --mute-replay-warnings'],
  dependsOn: [],
  *evaluate(facts) {
    for (const { session, hit, subject } of openvpnCases(facts, ({ data, transport }) => {
      if (transport === 'tcp') return undefined;
      for (const fromClient of [true, false]) {
        const sequence = (fromClient ? data.client : data.server)?.sequence;
        if (sequence !== undefined && sequence.beyondWindow + sequence.duplicates > 0) return { sequence, fromClient };
      }
      return undefined;
    })) {
      const { beyondWindow, duplicates, maxReorderDistance, lateFrames } = hit.sequence;
      const from = hit.fromClient ? session.client.address : session.server.address;
      yield finding(rule, {
        severity: beyondWindow > 0 ? 'warning' : 'info',
        confidence: 0.85,
        subject,
        title:
          beyondWindow > 0
            ? `${beyondWindow} data packets of ${from} come more than 64 late, beyond the default replay window (up to ${maxReorderDistance})`
            : `${duplicates} data packets of ${from} come twice`,
        cause: `The receiver drops them and says "bad packet ID (may be a replay)". The path reorders (several links, wireless), copies packets, the capture saw them twice, or somebody replays them.`,
        evidence:
          lateFrames.length > 0
            ? lateFrames.slice(0, 4).map((frame) => ({ frame, field: 'packet id', text: 'late, or seen before' }))
            : [{ frame: session.firstFrame, text: 'first packet of the session' }],
        fix: [
          { end: 'either', text: `replay-window ${Math.max(128, 2 ** Math.ceil(Math.log2(maxReorderDistance + 1)))} at the receiver` },
          { end: 'path', text: 'find what reorders: per-packet load sharing, a bond, wireless' },
        ],
        retest: retestOf(session),
      });
    }
  },
};
