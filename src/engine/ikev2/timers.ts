import { nameOf } from '../../bytes/registry.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { IKEV2_NOTIFY_TYPES } from '../../wire/ike/tables/notify.js';
import { serverRefusal } from '../eap/server.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import { farewell } from './farewell.js';
import { dropFollowUp } from './follow-up-exchange.js';
import { enqueue, nextJob } from './jobs.js';
import { exchangeName, refusal } from './refusals.js';
import type { Established, IkeSa } from './state.js';
import { requested } from './window.js';

/** A timer of an IKE SA went off. The next state, or undefined when the IKE SA is gone. */
export function onSaTimer(sa: IkeSa, name: string, fx: Effects): IkeSa | undefined {
  switch (name) {
    case 'retransmit':
      return retransmit(sa, fx);
    case 'half-open':
      return fx.down(sa, 'us', whyHalfOpen(sa));
    case 'linger':
      return fx.down(sa, 'peer');
    default:
      return sa.kind === 'established' ? onEstablishedTimer(sa, name, fx) : sa;
  }
}

/** A client whom EAP has told why may leave it at that. */
function whyHalfOpen(sa: IkeSa): Refusal {
  const known = sa.kind === 'expect-eap-response' ? serverRefusal(sa.server) : undefined;
  return known ?? refusal('half-open-timeout', 'nobody', EXCHANGE.IKE_AUTH, 'the initiator did not go on after IKE_SA_INIT');
}

/** Lifetimes, liveness, and what was put off. */
function onEstablishedTimer(sa: Established, name: string, fx: Effects): IkeSa | undefined {
  const [what, spi] = name.split('/');
  const spiIn = Number(spi);
  switch (what) {
    case 'retry':
      return nextJob({ ...sa, deferred: [], queue: [...sa.queue, ...sa.deferred] }, fx);
    case 'follow-up':
      return nextJob(dropFollowUp(sa, fx), fx);
    case 'dpd':
      return onSilence(sa, fx);
    case 'rekey-ike':
      return enqueue(sa, { kind: 'rekey-ike' }, fx);
    case 'expire-ike':
      return enqueue({ ...sa, queue: [] }, { kind: 'delete-ike' }, fx, true);
    case 'rekey-child':
      return sa.children.get(spiIn)?.replaced === false ? enqueue(sa, { kind: 'rekey-child', spiIn }, fx) : sa;
    case 'expire-child':
      return enqueue(sa, { kind: 'delete-child', spiIn }, fx);
    default:
      return sa;
  }
}

/** RFC 7296 §2.4: after silence an empty request. */
function onSilence(sa: Established, fx: Effects): IkeSa | undefined {
  const delay = sa.settings.dpdDelay * 1000;
  const silent = fx.now - sa.heardAt;
  fx.timer(sa, 'dpd', silent < delay ? delay - silent : delay);
  return silent < delay || sa.window.pending !== undefined ? sa : enqueue(sa, { kind: 'liveness' }, fx);
}

/** Sends our request again, or gives up (RFC 7296 §2.1, §2.4). */
function retransmit(sa: IkeSa, fx: Effects): IkeSa | undefined {
  const { pending } = sa.window;
  const { tries, factor } = sa.settings.retransmit;
  if (pending === undefined) return sa;
  if (pending.times >= tries || sa.path.channel === 'tcp') {
    if (sa.kind === 'established' && sa.task?.kind === 'liveness') {
      fx.happen(sa, { kind: 'liveness', alive: false, milliseconds: fx.now - sa.task.sentAt });
    }
    farewell(sa, fx);
    return fx.down(sa, 'us', timeout(sa, pending.exchange, pending.times, fx.now - pending.sentAt));
  }
  for (const bytes of pending.datagrams) fx.send(sa.path, bytes);
  const again = { ...pending, times: pending.times + 1, wait: pending.wait * factor };
  fx.timer(sa, 'retransmit', again.wait);
  fx.happen(sa, { kind: 'retransmitted', exchange: exchangeName(pending.exchange), messageId: pending.id, times: again.times });
  return { ...sa, window: requested(sa.window, again) };
}

/** What nobody answered; what was said without proof meanwhile most likely explains it. */
function timeout(sa: IkeSa, exchange: number, times: number, milliseconds: number): Refusal {
  const { local, remote } = sa.path;
  const said = sa.hearsay.at(-1);
  const heard = said === undefined ? '' : `; without protection somebody said ${nameOf(IKEV2_NOTIFY_TYPES, said)}`;
  const text = `no answer within ${(milliseconds / 1000).toFixed(1)} s, sent ${times} time${times === 1 ? '' : 's'}${heard}`;
  return refusal('timeout', 'nobody', exchange, text, {
    ours: `${local.address} port ${local.port} to ${remote.address} port ${remote.port}`,
    ...(said === undefined ? {} : { notify: said }),
  });
}
