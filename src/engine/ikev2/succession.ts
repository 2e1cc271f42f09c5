import { deriveIkev2Keys, skeyseedRekey } from '../../keymat/ikev2.js';
import { armChildTimers } from '../ike/children.js';
import { saId } from '../ike/sa-id.js';
import type { Effects } from './effects.js';
import { announceKeys } from './ike-keys.js';
import { armIkeTimers } from './lifetimes.js';
import { createProtection } from './message-crypt.js';
import type { Established } from './state.js';
import type { MadeIke } from './task.js';
import { FRESH_WINDOW } from './window.js';

/** Makes a rekeyed IKE SA (RFC 7296 §2.18, RFC 9370 §2.2.4). It has no children before it succeeds the old one. */
export function inherit(old: Established, { suite, spiI, spiR, nonces, shared, initiator }: MadeIke, fx: Effects): Established {
  const seed = skeyseedRekey(old.suite.prf, old.keys.skD.reveal(), { nonceI: nonces.i, nonceR: nonces.r, shared });
  const keys = deriveIkev2Keys(
    suite.prf,
    seed,
    { nonceI: nonces.i, nonceR: nonces.r, spiI, spiR },
    suite.cipher,
    suite.keyLength,
    suite.integrity,
  );
  const role = initiator ? 'initiator' : 'responder';
  const { settings, path, peer, nat, localId, remoteId, mobike, assigned } = old;
  const heir: Established = {
    kind: 'established',
    number: fx.registry.nextNumber(),
    role,
    spiI,
    spiR,
    settings,
    path,
    window: FRESH_WINDOW,
    hearsay: [],
    closing: false,
    suite,
    keys,
    protection: createProtection(suite, keys, role),
    peer,
    nat,
    localId,
    remoteId,
    mobike,
    children: new Map(),
    queue: [],
    deferred: [],
    heardAt: fx.now,
    ...(assigned === undefined ? {} : { assigned }),
  };
  announceKeys(heir, suite, keys, fx);
  return heir;
}

/** The new IKE SA takes over: children, addresses and what waits to be done. */
export function succeed(old: Established, heir: Established, fx: Effects): Established {
  fx.registry.pool.move(old.number, heir.number);
  // What the user has asked for and nobody has answered is asked again on the new one.
  const unanswered = old.task?.kind === 'liveness' || old.task?.kind === 'update-addresses' ? [{ kind: old.task.kind }] : [];
  const queue = [...unanswered, ...old.queue, ...old.deferred].filter(({ kind }) => kind !== 'rekey-ike');
  const up: Established = { ...heir, path: old.path, children: old.children, queue, replaces: old.number };
  fx.happen(heir, { kind: 'ike-rekeyed', old: saId(old) });
  armIkeTimers(up, fx);
  for (const record of up.children.values()) armChildTimers(up, record, fx);
  return up;
}
