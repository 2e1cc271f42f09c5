import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { removeChild } from '../ike/children.js';
import { onChildReply } from './child-exchange.js';
import { onChildRequest } from './child-request.js';
import type { Effects } from './effects.js';
import { onFollowUpReply, onFollowUpRequest } from './follow-up-exchange.js';
import type { Incoming } from './incoming.js';
import { onInformationalRequest } from './informational.js';
import { nextJob } from './jobs.js';
import { onRoutabilityReply, onUpdateReply } from './mobike.js';
import { firstOf } from './payloads.js';
import { exchangeName } from './refusals.js';
import { onIkeRekeyReply, onIkeRekeyRequest } from './rekey-ike.js';
import type { Closing, Established, IkeSa } from './state.js';

/** The answer to a request of ours; the next job begins. */
export function onEstablishedReply(sa: Established, incoming: Incoming, fx: Effects): Established | Closing {
  const next = useReply(sa, incoming, fx);
  return next.kind === 'established' ? nextJob(next, fx) : next;
}

function useReply(sa: Established, incoming: Incoming, fx: Effects): Established | Closing {
  const { task, ...rest } = sa;
  const free: Established = rest;
  switch (task?.kind) {
    case 'child':
      return onChildReply(free, task, incoming, fx);
    case 'ike':
      return onIkeRekeyReply(free, task, incoming, fx);
    case 'follow-up':
      return onFollowUpReply(free, task, incoming, fx);
    case 'liveness':
      fx.happen(sa, { kind: 'liveness', alive: true, milliseconds: fx.now - task.sentAt });
      return free;
    case 'update-addresses':
      return onUpdateReply(free, incoming, fx);
    case 'routability':
      return onRoutabilityReply(free, task, incoming, fx);
    case 'delete-child':
      return removeChild(free, task.spiIn, 'us', fx);
    case 'delete-orphan':
      fx.registry.releaseChildSpi(task.spiIn);
      return free;
    case undefined:
      return free;
  }
}

/** A request of the peer on an established IKE SA. */
export function onEstablishedRequest(sa: Established, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const next = answer(sa, incoming, fx);
  return next?.kind === 'established' ? nextJob(next, fx) : next;
}

function answer(sa: Established, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { exchangeType } = incoming.header;
  switch (exchangeType) {
    case EXCHANGE.CREATE_CHILD_SA:
      return isIkeRekey(incoming) ? onIkeRekeyRequest(sa, incoming, fx) : onChildRequest(sa, incoming, fx);
    case EXCHANGE.IKE_FOLLOWUP_KE:
      return onFollowUpRequest(sa, incoming, fx);
    case EXCHANGE.INFORMATIONAL:
      return onInformationalRequest(sa, incoming, fx);
    default:
      fx.happen(sa, { kind: 'ignored', reason: `${exchangeName(exchangeType)} on an established IKE SA`, path: incoming.path });
      return sa;
  }
}

/** Of an IKE SA where the proposals are for IKE (RFC 7296 §1.3.2). */
function isIkeRekey({ payloads }: Incoming): boolean {
  return firstOf(payloads, 'sa')?.proposals[0]?.protocol === PROTOCOL.IKE;
}
