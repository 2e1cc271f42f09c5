import { deadPeerOf } from '../../effective/dead-peer.js';
import { cell, evidence, row } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

/** Seconds after which a peer is given up where only the other end says it. */
const GIVEN_UP = 120;

/** Whether each end notices that the other is gone. */
export const aspect: Aspect = {
  id: 'dead-peer',
  compare({ ours, theirs }) {
    const [a, b] = [deadPeerOf(ours), deadPeerOf(theirs)];
    const text = ({ delay, timeout }: typeof a) =>
      delay === 0 ? 'off' : `every ${delay} s${timeout === undefined ? '' : `, given up after ${timeout} s`}`;
    const [left, right] = [cell(a.place, text(a)), cell(b.place, text(b))];
    const agrees = (a.delay === 0) === (b.delay === 0);
    const line = (fits: boolean) => [row('dead peer detection', left, right, fits)];
    if (agrees) return { rows: line(true), mismatches: [] };
    const off = a.delay === 0 ? 'ours' : 'theirs';
    const [silent, on] = off === 'ours' ? [a, b] : [b, a];
    // Switched off by hand it is somebody's wish; where nothing is written it is how the product is, and such a tunnel works.
    const written = silent.place.line > 0;
    const mismatch: Mismatch = {
      code: 'config/dead-peer-one-sided',
      severity: written ? 'warning' : 'info',
      breaks: written ? 'rekey' : 'nothing',
      title: `only ${off === 'ours' ? 'the other end' : 'our end'} asks whether its peer is alive`,
      cause: `After a restart or an outage ${off === 'ours' ? 'our end' : 'the other end'} goes on sending into an SA that nobody has any more, up to the end of its lifetime.`,
      evidence: [evidence('ours', left, text(a)), evidence('theirs', right, text(b))],
      change: { [off]: { kind: 'dpd', delay: on.delay, timeout: on.timeout ?? GIVEN_UP } },
      refs: ['RFC 3706', 'RFC 7296 §2.4'],
    };
    return { rows: line(!written), mismatches: [mismatch] };
  },
};
