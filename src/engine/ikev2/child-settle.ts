import { removeChild } from '../ike/children.js';
import { finishChild } from './child-negotiation.js';
import type { Effects } from './effects.js';
import { addChild } from './establish.js';
import type { Established } from './state.js';
import type { ChildTask, NewChild, Nonces } from './task.js';

/** Makes its keys and takes it up; the one it replaces waits for its deletion. */
export function settleChild(
  sa: Established,
  { plan, suite, settings, nonces, shared, initiator, rekeys }: NewChild,
  fx: Effects,
): Established {
  const child = finishChild(sa, plan, suite, {
    prf: sa.suite.prf,
    skD: sa.keys.skD.reveal(),
    nonceI: nonces.i,
    nonceR: nonces.r,
    shared,
    initiator,
  });
  return retire(addChild(sa, child, settings, fx, rekeys), rekeys, fx);
}

/** A CHILD_SA that another has replaced is not rekeyed any more. */
function retire(sa: Established, spiIn: number | undefined, fx: Effects): Established {
  const record = spiIn === undefined ? undefined : sa.children.get(spiIn);
  if (record === undefined || spiIn === undefined) return sa;
  fx.timer(sa, `rekey-child/${spiIn}`);
  return { ...sa, children: new Map(sa.children).set(spiIn, { ...record, replaced: true }) };
}

/**
 * Ends an exchange of ours: the old CHILD_SA is deleted by who rekeyed it. When both did at once, the one whose exchange had the
 * lowest of the four nonces deletes its new one, and the other one deletes the old (RFC 7296 §2.8.1).
 */
export function finishOffer(sa: Established, task: Pick<ChildTask, 'rival'>, made: NewChild, fx: Effects): Established {
  const { buried, ...rest } = sa;
  const settled = settleChild(rest, made, fx);
  const up = buried?.includes(made.plan.spiOut) === true ? removeChild(settled, made.plan.spiIn, 'peer', fx) : settled;
  if (made.rekeys === undefined) return up;
  const loses = task.rival !== undefined && isLowest(made.nonces, task.rival.nonces);
  const spiIn = loses ? made.plan.spiIn : made.rekeys;
  const retired = loses ? retire(up, spiIn, fx) : up;
  return { ...retired, queue: [{ kind: 'delete-child', spiIn }, ...retired.queue] };
}

/** Whether the lowest of four nonces is one of the first two. */
export function isLowest(own: Nonces, other: Nonces): boolean {
  const lower = ({ i, r }: Nonces) => (Buffer.compare(i, r) < 0 ? i : r);
  return Buffer.compare(lower(own), lower(other)) < 0;
}
