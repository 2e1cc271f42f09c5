import { identityText } from '../../wire/ike/identity-facts.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { armChildTimers } from '../ike/children.js';
import { sameId } from '../ike/identity.js';
import { saId } from '../ike/sa-id.js';
import type { SaTable } from '../ike/sa-table.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import { tellLifetime } from './lifetimes.js';
import { passGate } from './mode-config.js';
import { beginQuick } from './quick-initiator.js';
import { refusal } from './refusals.js';
import { sendDeleteIke } from './send-informational.js';
import type { Established, Ikev1Sa } from './state.js';

/** Milliseconds after which a phase 1 goes whose children have gone over to another one; most peers delete it themselves. */
const LINGER = 60_000;

/** Children of one SA go over to another of the same peer: phase 2 outlives the phase 1 that made it. Their timers move too. */
function moveChildren(from: Established, to: Established, fx: Effects): { readonly bare: Established; readonly heir: Established } {
  fx.registry.pool.move(from.number, to.number);
  const heir = {
    ...to,
    children: new Map([...to.children, ...from.children]),
    ...(from.assigned === undefined ? {} : { assigned: from.assigned }),
  };
  for (const [spi, record] of from.children) {
    fx.timer(from, `rekey-child/${spi}`);
    fx.timer(from, `expire-child/${spi}`);
    armChildTimers(heir, record, fx);
  }
  fx.happen(heir, { kind: 'ike-rekeyed', old: saId(from) });
  return { bare: { ...from, children: new Map() }, heir };
}

/** Phase 1 has come up: it takes the place of the one that it replaces, voids older ones, or makes its first child. */
export function settleNewcomer(table: SaTable<Ikev1Sa>, number: number, initialContact: boolean, fx: Effects): void {
  const newcomer = table.byNumber(number);
  if (newcomer?.kind !== 'established') return;
  if (initialContact) evictOlder(table, newcomer, fx);
  const old = newcomer.replaces === undefined ? undefined : table.byNumber(newcomer.replaces);
  // Who had an address keeps it.
  const keeps = newcomer.gate === 'config' && newcomer.role === 'responder' && predecessorOf(table, newcomer) !== undefined;
  if (newcomer.gate !== undefined && newcomer.gate !== 'ready' && !keeps) {
    table.put(passGate(newcomer, fx));
    // What is ready at once waits for nothing.
    for (const { number: risen } of fx.risen.splice(0)) settleNewcomer(table, risen, false, fx);
    return;
  }
  const { replaces, gate, ...fresh } = newcomer;
  if (gate === undefined) return;
  tellLifetime(fresh, fx);
  const before = replaces === undefined ? predecessorOf(table, newcomer) : undefined;
  // strongSwan as a client of XAuth takes its children down with the SA that we delete: it is given time to move them.
  const lingers = before ?? (old?.kind === 'established' && old.user !== undefined ? old : undefined);
  if (lingers !== undefined) {
    const { bare, heir } = moveChildren(lingers, fresh, fx);
    fx.timer(bare, 'linger', LINGER);
    table.put(bare);
    table.put(heir);
    return;
  }
  if (old?.kind === 'established') {
    const { bare, heir } = moveChildren(old, fresh, fx);
    table.put(heir);
    sendDeleteIke(bare, fx);
    fx.down(bare, 'us');
    table.remove(bare);
    return;
  }
  // What it was to replace may have gone meanwhile, with its children.
  fx.happen(fresh, { kind: 'ike-up' });
  const { child } = fresh.settings;
  const begins = fresh.role === 'initiator' && child !== undefined;
  table.put(begins ? beginQuick(fresh, child, fx) : fresh);
}

/** One that was to take the place of another is gone: the other may be rekeyed again. */
export function forgetSuccessor(table: SaTable<Ikev1Sa>, gone: Pick<Ikev1Sa, 'number' | 'replaces'>): void {
  const old = gone.replaces === undefined ? undefined : table.byNumber(gone.replaces);
  if (old?.kind !== 'established' || old.successor !== gone.number) return;
  const { successor: _, ...rest } = old;
  table.put(rest);
}

/**
 * The SA that the peer's new phase 1 is to replace, if it is one: it does not say so, but begins anew from the same port under the same
 * name while children stand.
 */
function predecessorOf(table: SaTable<Ikev1Sa>, newcomer: Established): Established | undefined {
  if (newcomer.role === 'initiator') return undefined;
  const { address, port } = newcomer.path.remote;
  let found: Established | undefined;
  for (const sa of table.values()) {
    if (sa.kind !== 'established' || sa.number === newcomer.number || sa.children.size === 0) continue;
    if (sa.path.remote.address === address && sa.path.remote.port === port && isSamePeer(sa, newcomer)) found = sa;
  }
  return found;
}

/** INITIAL-CONTACT (RFC 2407 §4.6.3.3): the peer has lost what it had. */
export function evictOlder(table: SaTable<Ikev1Sa>, newcomer: Established, fx: Effects): void {
  for (const sa of [...table.values()]) {
    if (sa.kind !== 'established' || sa.number === newcomer.number || !isSamePeer(sa, newcomer)) continue;
    const text = 'the peer began anew and said that this was its first contact';
    fx.down(sa, 'peer', refusal('initial-contact', 'peer', EXCHANGE_V1.Informational, text, { notify: NOTIFY_V1['INITIAL-CONTACT'] }));
    table.remove(sa);
  }
}

/** The peer has deleted a phase 1: when it has a newer one with us, it has rekeyed, and the children go over. Otherwise they are gone too. */
export function buryDeleted(table: SaTable<Ikev1Sa>, deleted: Established, fx: Effects): void {
  const current = table.byNumber(deleted.number);
  if (current?.kind !== 'established') return;
  const heir = current.children.size === 0 ? undefined : heirOf(table, current);
  if (heir === undefined) {
    fx.down(current, 'peer', endedUnused(current, fx));
  } else {
    const moved = moveChildren(current, heir, fx);
    table.put(moved.heir);
    fx.down(moved.bare, 'peer');
  }
  table.remove(current);
  forgetSuccessor(table, current);
}

/** Time within which an initiator that goes away has not changed its mind but does not like message 6. */
const AT_ONCE = 2000;

/** An initiator that does not believe us when phase 1 is through says so by deleting it: strongSwan, where it expects another identity. */
function endedUnused(sa: Established, fx: Effects): Refusal | undefined {
  const { role, gate, quick, children, sending, localId } = sa;
  if (role !== 'responder' || gate !== undefined || quick.size + children.size > 0 || fx.now - sending.sentAt > AT_ONCE) return undefined;
  const id = identityText(localId.type, localId.data);
  const text = `the peer deleted it right after phase 1 and asked for no tunnel: initiators do so when they expect another identity of us than "${id}"`;
  return refusal('unused', 'peer', EXCHANGE_V1.Informational, text);
}

function heirOf(table: SaTable<Ikev1Sa>, deleted: Established): Established | undefined {
  let heir: Established | undefined;
  for (const sa of table.values()) {
    const newer = sa.kind === 'established' && sa.number > deleted.number && sa.path.remote.address === deleted.path.remote.address;
    if (newer && isSamePeer(sa, deleted)) heir = sa;
  }
  return heir;
}

/** Members of one group have one identity and a user each. */
function isSamePeer(a: Established, b: Established): boolean {
  return sameId(a.remoteId, b.remoteId) && a.user === b.user;
}
