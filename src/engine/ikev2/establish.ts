import type { Id } from '../../wire/ike/payloads/id.js';
import type { ChildSa } from '../child-sa.js';
import type { ChildRecord } from '../ike/children.js';
import { armChildTimers } from '../ike/children.js';
import { rekeyDelay } from '../ike/rekey-delay.js';
import type { ChildSettings } from '../ike/settings.js';
import type { Effects } from './effects.js';
import { armIkeTimers } from './lifetimes.js';
import type { Established, SecuredSa } from './state.js';

/** Everything both ends have proved. */
export interface Proved {
  readonly localId: Id;
  readonly remoteId: Id;
  readonly mobike: boolean;
}

/** The IKE SA is up. */
export function establish(sa: SecuredSa, { localId, remoteId, mobike }: Proved, fx: Effects): Established {
  const { number, role, spiI, spiR, settings, path, window, hearsay, closing, suite, keys, protection, peer, nat } = sa;
  const up: Established = {
    kind: 'established',
    number,
    role,
    spiI,
    spiR,
    settings,
    path,
    window,
    hearsay,
    closing,
    suite,
    keys,
    protection,
    peer,
    nat,
    localId,
    remoteId,
    mobike,
    children: new Map(),
    queue: [],
    deferred: [],
    heardAt: fx.now,
  };
  fx.timer(sa, 'half-open');
  fx.happen(sa, { kind: 'ike-up' });
  armIkeTimers(up, fx);
  return up;
}

/** Adds a CHILD_SA to an IKE SA. */
export function addChild(sa: Established, child: ChildSa, settings: ChildSettings, fx: Effects, replaces?: number): Established {
  const lifetime = sa.settings.lifetimes.child;
  const record: ChildRecord = {
    sa: child,
    settings,
    replaced: false,
    ...(lifetime === 0 ? {} : { rekeyAt: fx.now + rekeyDelay(lifetime, fx), expireAt: fx.now + lifetime * 1000 }),
  };
  armChildTimers(sa, record, fx);
  fx.happen(sa, { kind: 'child-up', child, path: sa.path, ...(replaces === undefined ? {} : { replaces }) });
  return { ...sa, children: new Map(sa.children).set(child.spiIn, record) };
}
