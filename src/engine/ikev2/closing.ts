import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildRecord } from '../ike/children.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { allOf, out } from './payloads.js';
import type { Closing, Established, IkeSa, SecuredSa } from './state.js';
import { sendReply, sendRequest } from './transmit.js';

/** Milliseconds after which an IKE SA goes that the peer has rekeyed and does not delete. */
const LINGER = 30_000;

/** Delete payload of an IKE SA: no SPI, as the header names it (RFC 7296 §3.11). */
const DELETE_IKE: OutgoingPayload = out.deletion({ protocol: PROTOCOL.IKE, spiSize: 0, spis: [] });

function closingOf(sa: SecuredSa, children: ReadonlyMap<number, ChildRecord>, told: boolean, refusal: Refusal | undefined): Closing {
  const { number, role, spiI, spiR, settings, path, window, hearsay, suite, keys, protection, peer, nat } = sa;
  return {
    kind: 'closing',
    number,
    role,
    spiI,
    spiR,
    settings,
    path,
    window,
    hearsay,
    closing: true,
    suite,
    keys,
    protection,
    peer,
    nat,
    children,
    told,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function stopTimers(sa: SecuredSa, fx: Effects): void {
  for (const name of fx.registry.timers.of(sa.number)) if (name !== 'retransmit') fx.timer(sa, name);
}

/** Deletes an IKE SA of which no request is out (RFC 7296 §1.4.1). Its children go with it. */
export function beginDelete(sa: Established, children: ReadonlyMap<number, ChildRecord>, fx: Effects): Closing {
  stopTimers(sa, fx);
  fx.releasePending(sa);
  const window = sendRequest(sa, EXCHANGE.INFORMATIONAL, [DELETE_IKE], fx);
  return closingOf({ ...sa, window }, children, false, undefined);
}

/** The peer's AUTH is wrong: it is told so, and the IKE SA is over (RFC 7296 §2.21.2). */
export function rejectPeer(sa: IkeSa & SecuredSa, refusal: Refusal, fx: Effects): Closing {
  stopTimers(sa, fx);
  const window = sendRequest(sa, EXCHANGE.INFORMATIONAL, [out.notify(NOTIFY.AUTHENTICATION_FAILED)], fx);
  fx.happen(sa, { kind: 'ike-down', by: 'us', refusal });
  return closingOf({ ...sa, window }, new Map(), true, refusal);
}

/** The peer has rekeyed this IKE SA and will delete it: until then it answers. */
export function awaitDelete(sa: Established, fx: Effects): Closing {
  stopTimers(sa, fx);
  fx.releasePending(sa);
  fx.timer(sa, 'linger', LINGER);
  // However often the peer rekeys, one of those before it lingers.
  if (sa.replaces !== undefined) fx.outdated.push(sa.replaces);
  return closingOf(sa, new Map(), false, undefined);
}

/** Something came on an IKE SA that is being closed (RFC 7296 §2.25.2). */
export function onClosingRequest(sa: Closing, { header, payloads, path }: Incoming, fx: Effects): Closing | undefined {
  if (header.exchangeType !== EXCHANGE.INFORMATIONAL) {
    return { ...sa, window: sendReply(sa, header.exchangeType, [out.notify(NOTIFY.TEMPORARY_FAILURE)], path, fx) };
  }
  const window = sendReply(sa, EXCHANGE.INFORMATIONAL, [], path, fx);
  const deleted = allOf(payloads, 'delete-sa').some(({ protocol }) => protocol === PROTOCOL.IKE);
  return deleted ? fx.down(sa, 'peer') : { ...sa, window };
}
