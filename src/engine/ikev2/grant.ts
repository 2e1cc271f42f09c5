import type { OutgoingPayload } from '../../wire/ike/chain.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { CFG_TYPE } from '../../wire/ike/tables/configuration.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { answerRequest } from '../ike/configuration.js';
import { AUTH_LIMITS, answerPayloads, finishChild, judgeOffer } from './child-negotiation.js';
import type { Effects } from './effects.js';
import { addChild, establish } from './establish.js';
import type { Incoming } from './incoming.js';
import { firstOf, notifyOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { Established, SecuredSa, Transcript } from './state.js';
import { sendReply } from './transmit.js';

/** What is known when the initiator has proved itself. */
export interface Granted {
  readonly localId: Id;
  readonly remoteId: Id;
  readonly transcript: Transcript;
  /** The first IKE_AUTH: CHILD_SA, selectors, configuration. */
  readonly first: Incoming;
  /** Payloads of the answer that prove us. */
  readonly head: readonly OutgoingPayload[];
}

interface Part {
  readonly payloads: readonly OutgoingPayload[];
  finish(sa: Established): Established;
}

/** The last answer of IKE_AUTH: the IKE SA is up, with addresses and a CHILD_SA as far as they were asked for. */
export function grant(sa: SecuredSa, { localId, remoteId, transcript, first, head }: Granted, fx: Effects): Established {
  const { payloads } = first;
  const mobike = sa.settings.mobike && sa.path.channel !== 'tcp' && notifyOf(payloads, NOTIFY.MOBIKE_SUPPORTED) !== undefined;
  if (mobike) fx.happen(sa, { kind: 'peer-supports', notifies: ['MOBIKE_SUPPORTED'] });
  const up = establish(sa, { localId, remoteId, mobike }, fx);
  if (notifyOf(payloads, NOTIFY.INITIAL_CONTACT) !== undefined) fx.evict(up);
  const { part, assigned, configuration } = answerChild(up, transcript, first, fx);
  const reply = [...head, ...configuration, ...part.payloads, ...(mobike ? [out.notify(NOTIFY.MOBIKE_SUPPORTED)] : [])];
  const answered = { ...up, ...(assigned.length === 0 ? {} : { assigned }), window: sendReply(sa, EXCHANGE.IKE_AUTH, reply, sa.path, fx) };
  return part.finish(answered);
}

interface ChildAndConfiguration {
  readonly part: Part;
  readonly assigned: readonly AddressSelector[];
  readonly configuration: readonly OutgoingPayload[];
}

/** Address first, as selectors follow from it; refused, the CHILD_SA leaves the IKE SA standing (RFC 7296 §2.21.2). */
function answerChild(up: Established, { nonceI, nonceR }: Transcript, { payloads }: Incoming, fx: Effects): ChildAndConfiguration {
  const request = firstOf(payloads, 'cp');
  const asked = request?.type === CFG_TYPE.CFG_REQUEST ? request : undefined;
  const answer = asked === undefined ? undefined : answerRequest(asked, fx.registry.pool, up.settings.pool, up.number);
  const assigned = answer?.assigned ?? [];
  const configuration = answer === undefined || answer.failed ? [] : [out.cp(answer.cp)];
  const give = (part: Part): ChildAndConfiguration => ({ part, assigned, configuration });
  if (answer !== undefined && !answer.failed) fx.happen(up, { kind: 'configuration', cp: answer.cp });
  if (firstOf(payloads, 'sa') === undefined) return give({ payloads: [], finish: (sa) => sa });
  if (answer?.failed === true) {
    const ours = up.settings.pool === undefined ? 'no pool' : 'no free address in the pool';
    return give(
      refused(NOTIFY.INTERNAL_ADDRESS_FAILURE, 'internal-address-failure', 'the initiator wants an address, and there is none', fx, ours),
    );
  }
  const { child: settings } = up.settings;
  if (settings === undefined) return give(refused(NOTIFY.NO_ADDITIONAL_SAS, 'no-additional-sas', 'we are set up without a CHILD_SA', fx));
  const judged = judgeOffer(up, payloads, settings, assigned.length === 0 ? AUTH_LIMITS : { ...AUTH_LIMITS, assigned }, fx);
  if (!judged.ok) {
    return give({
      payloads: [out.notify(judged.notify)],
      finish(sa) {
        fx.happen(sa, { kind: 'child-refused', refusal: judged.refusal, rekey: false });
        return sa;
      },
    });
  }
  const keying = { prf: up.suite.prf, skD: up.keys.skD.reveal(), nonceI, nonceR, shared: [], initiator: false };
  const child = finishChild(up, judged.plan, judged.suite, keying);
  return give({ payloads: answerPayloads(judged.plan, judged.chosen), finish: (sa) => addChild(sa, child, settings, fx) });
}

function refused(notify: number, code: string, text: string, fx: Effects, ours?: string): Part {
  return {
    payloads: [out.notify(notify)],
    finish(sa) {
      const values = ours === undefined ? { notify } : { notify, ours };
      fx.happen(sa, { kind: 'child-refused', refusal: refusal(code, 'us', EXCHANGE.IKE_AUTH, text, values), rekey: false });
      return sa;
    },
  };
}
