import { BugError } from '../../bytes/errors.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { beginChild, beginChildRekey } from './child-exchange.js';
import { beginDelete } from './closing.js';
import { deletePayload } from './delete-payload.js';
import type { Effects } from './effects.js';
import { beginUpdate } from './mobike.js';
import { out } from './payloads.js';
import { beginIkeRekey } from './rekey-ike.js';
import type { Closing, Established } from './state.js';
import type { Job } from './task.js';
import { sendRequest } from './transmit.js';

const COOKIE_LENGTH = 32;

/** Begins the next job when nothing is out: each function sends a request, or finds nothing to do and says so. */
export function nextJob(sa: Established, fx: Effects): Established | Closing {
  let at: Established = sa;
  for (;;) {
    const [job, ...queue] = at.queue;
    // The peer is in the middle of an exchange with further key exchanges: what it makes comes first.
    const busy = at.window.pending !== undefined || (at.follow !== undefined && job?.kind !== 'delete-ike');
    if (job === undefined || busy) return at;
    const next = begin({ ...at, queue }, job, fx);
    if (next.kind === 'closing') return next;
    at = next;
  }
}

function begin(sa: Established, job: Job, fx: Effects): Established | Closing {
  switch (job.kind) {
    case 'create-child':
      return beginChild(sa, job, fx);
    case 'rekey-child':
      return beginChildRekey(sa, job, fx);
    case 'rekey-ike':
      return beginIkeRekey(sa, job, fx);
    case 'liveness':
      return { ...sa, task: { kind: 'liveness', sentAt: fx.now }, window: sendRequest(sa, EXCHANGE.INFORMATIONAL, [], fx) };
    case 'update-addresses':
      return beginUpdate(sa, fx);
    case 'routability': {
      const cookie = fx.env.random(COOKIE_LENGTH);
      const window = sendRequest(sa, EXCHANGE.INFORMATIONAL, [out.notify(NOTIFY.COOKIE2, cookie)], fx);
      return { ...sa, task: { kind: 'routability', cookie }, window };
    }
    case 'delete-child':
      return beginChildDelete(sa, job.spiIn, fx);
    case 'delete-orphan':
      return {
        ...sa,
        task: { kind: 'delete-orphan', spiIn: job.spiIn },
        window: sendRequest(sa, EXCHANGE.INFORMATIONAL, [deletePayload([job])], fx),
      };
    case 'delete-ike':
      return beginDelete(sa, sa.children, fx);
  }
}

function beginChildDelete(sa: Established, spiIn: number, fx: Effects): Established {
  const record = sa.children.get(spiIn);
  if (record === undefined) return sa;
  const window = sendRequest(sa, EXCHANGE.INFORMATIONAL, [deletePayload([record.sa])], fx);
  const children = new Map(sa.children).set(spiIn, { ...record, replaced: true });
  return { ...sa, children, task: { kind: 'delete-child', spiIn }, window };
}

/** Puts a job at the end of the queue, or in front, and begins it when nothing is out. */
export function enqueue(sa: Established, job: Job, fx: Effects, first = false): Established | Closing {
  if (sa.queue.length > MAX_JOBS) throw new BugError(`more than ${MAX_JOBS} jobs wait on one IKE SA`);
  return nextJob({ ...sa, queue: first ? [job, ...sa.queue] : [...sa.queue, job] }, fx);
}

/** Only commands and timers fill the queue. */
const MAX_JOBS = 10_000;
