import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { ChildSettings } from '../ike/settings.js';
import { beginAggressive } from './aggressive-initiator.js';
import { deleteChildren } from './children.js';
import { ask } from './dead-peer.js';
import type { Effects } from './effects.js';
import type { Ikev1Command } from './happenings.js';
import { beginMain } from './main-initiator.js';
import { beginNewGroup } from './new-group.js';
import { beginQuick } from './quick-initiator.js';
import { refusal } from './refusals.js';
import { sendDeleteIke } from './send-informational.js';
import type { Ikev1Settings } from './settings.js';
import type { Established, Ikev1Sa } from './state.js';

/** Begins phase 1 in the way of the settings. Throws `UsageError` for settings without path or algorithms. */
export function beginPhase1(settings: Ikev1Settings, fx: Effects): Ikev1Sa {
  return settings.exchange === 'main' ? beginMain(settings, fx) : beginAggressive(settings, fx);
}

/** A new phase 1 beside this one: when it is up, the children go over to it. One at a time. */
export function rekeyIke(sa: Established, fx: Effects): Established {
  if (sa.successor !== undefined) return sa;
  const { path, settings } = sa;
  const paths = path.channel === 'natt' ? { natt: path } : { ...settings.paths, ike: path };
  const born = { ...beginPhase1({ ...settings, paths, initialContact: false }, fx), replaces: sa.number };
  fx.born.push(born);
  return { ...sa, successor: born.number };
}

/** A quick mode with the selectors of the child that it replaces (RFC 2409 §5.5). */
export function rekeyChild(sa: Established, spiIn: number, change: ChildSettings | undefined, fx: Effects): Established {
  const record = sa.children.get(spiIn);
  if (record === undefined) {
    const text = 'there is no child with this SPI (any more)';
    fx.happen(sa, { kind: 'child-refused', refusal: refusal('not-there', 'us', EXCHANGE_V1['Quick Mode'], text), rekey: true });
    return sa;
  }
  const { localSelectors, remoteSelectors } = record.sa;
  return beginQuick(sa, { ...(change ?? record.settings), localSelectors, remoteSelectors }, fx, spiIn);
}

/** Tells the peer that all is over (RFC 2408 §3.15): children first, as they would live on without. */
export function deleteIke(sa: Established, fx: Effects): undefined {
  const bare = deleteChildren(sa, [...sa.children.keys()], fx);
  sendDeleteIke(bare, fx);
  return fx.down(bare, 'us');
}

/** What has to wait for XAuth and mode config too. */
const NEED_ALL: readonly Ikev1Command['kind'][] = ['create-child', 'rekey-child', 'rekey-ike'];

/** Does what the user asks of an SA. */
export function runCommand(sa: Ikev1Sa, command: Exclude<Ikev1Command, { kind: 'initiate' }>, fx: Effects): Ikev1Sa | undefined {
  if (command.kind === 'delete-ike') return sa.kind === 'established' ? deleteIke(sa, fx) : fx.down(sa, 'us');
  if (sa.kind !== 'established' || (sa.gate !== undefined && NEED_ALL.includes(command.kind))) {
    refuseEarly(sa, command.kind, fx);
    return sa;
  }
  switch (command.kind) {
    case 'create-child':
      return beginQuick(sa, command.child, fx);
    case 'rekey-child':
      return rekeyChild(sa, command.spiIn, command.child, fx);
    case 'rekey-ike':
      return rekeyIke(sa, fx);
    case 'new-group':
      return beginNewGroup(sa, command.alias, fx);
    case 'liveness':
      return ask(sa, fx);
    case 'update-addresses': {
      const why = refusal('not-supported', 'us', EXCHANGE_V1.Informational, 'IKEv1 has no MOBIKE: addresses cannot change');
      fx.happen(sa, { kind: 'update-refused', refusal: why });
      return sa;
    }
    case 'delete-child':
      return deleteChildren(sa, [command.spiIn], fx);
  }
}

function refuseEarly(sa: Ikev1Sa, kind: Ikev1Command['kind'], fx: Effects): void {
  const why = refusal('not-there', 'us', EXCHANGE_V1['Quick Mode'], `phase 1 is not through: ${kind} has to wait for it`);
  if (kind === 'create-child' || kind === 'rekey-child')
    fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: kind === 'rekey-child' });
  else if (kind === 'rekey-ike') fx.happen(sa, { kind: 'rekey-refused', refusal: why });
}
