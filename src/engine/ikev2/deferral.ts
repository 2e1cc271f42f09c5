import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import type { Established } from './state.js';
import type { Job } from './task.js';

/** Times that a peer may put a job off. */
const MAX_TRIES = 6;
/** Milliseconds before the first further try; two ends that collided must not meet again, so it is spread. */
const FIRST_PAUSE = 200;

/** The peer cannot do it now (RFC 7296 §2.25): again after a pause, or refused in the end. */
export function defer(sa: Established, job: Job, why: Refusal, fx: Effects): Established {
  const tries = (job.tries ?? 0) + 1;
  if (tries > MAX_TRIES) return giveUp(sa, job, why, fx);
  const [byte = 0] = fx.env.random(1);
  fx.timer(sa, 'retry', FIRST_PAUSE * 2 ** (tries - 1) * (1 + byte / 128));
  return { ...sa, deferred: [...sa.deferred, { ...job, tries }] };
}

/** Tells that a job came to nothing. */
export function giveUp(sa: Established, job: Job, why: Refusal, fx: Effects): Established {
  if (job.kind === 'create-child' || job.kind === 'rekey-child') {
    fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: job.kind === 'rekey-child' });
  } else if (job.kind === 'rekey-ike') {
    fx.happen(sa, { kind: 'rekey-refused', refusal: why });
  }
  return sa;
}
