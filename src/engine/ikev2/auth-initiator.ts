import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import type { Refusal } from '../refusal.js';
import { authOctets, idBody } from './auth-octets.js';
import { judgeProof } from './authentication/judge-proof.js';
import { makeProof } from './authentication/make-proof.js';
import { certificateRequests } from './certreq.js';
import { finishChild, offerChild, offerPayloads, orphanJob, readAnswer } from './child-negotiation.js';
import type { ChildOffer } from './child-state.js';
import { rejectPeer } from './closing.js';
import type { Effects } from './effects.js';
import { addChild, establish } from './establish.js';
import type { Incoming } from './incoming.js';
import { localIdentity } from './local-identity.js';
import { allOf, errorsOf, firstOf, out } from './payloads.js';
import { proposalsText } from './proposals.js';
import { refusal, refusedByNotify } from './refusals.js';
import { selectorsText } from './selectors.js';
import type { Established, ExpectAuthReply, IkeSa, InitiatorAuth, SecuredSa, Transcript } from './state.js';
import { sendRequest } from './transmit.js';

/** Sends the first IKE_AUTH (RFC 7296 §1.2). */
export function beginAuth(sa: SecuredSa, transcript: Transcript, fx: Effects): IkeSa | undefined {
  const { settings } = sa;
  const id = localIdentity(settings, sa.path);
  const body = idBody(id);
  const made = makeProof(settings.localAuth, authOctets(sa, transcript, sa.keys, 'initiator', body), sa.peer);
  if (!made.ok)
    return fx.down({ ...sa, kind: 'expect-auth-reply', auth: { transcript, id, method: '', plainKeys: sa.keys } }, 'us', made.refusal);
  const offer = settings.child === undefined ? undefined : offerChild(settings.child, true, fx);
  const payloads: readonly OutgoingPayload[] = [
    out.idI(id),
    ...made.proof.certs.map(out.cert),
    out.notify(NOTIFY.INITIAL_CONTACT),
    ...certificateRequests(settings.remoteAuth),
    ...(settings.askedId === undefined ? [] : [out.idR(settings.askedId)]),
    out.auth(made.proof.auth),
    ...childPayloads(offer),
  ];
  const auth: InitiatorAuth = {
    transcript,
    id,
    method: made.proof.method,
    plainKeys: sa.keys,
    ...(offer === undefined ? {} : { offer }),
  };
  return { ...sa, kind: 'expect-auth-reply', auth, window: sendRequest(sa, EXCHANGE.IKE_AUTH, payloads, fx) };
}

function childPayloads(offer: ChildOffer | undefined): readonly OutgoingPayload[] {
  if (offer === undefined) return [];
  return [...offerPayloads(offer), out.tsI(offer.localSelectors), out.tsR(offer.remoteSelectors)];
}

/** The answer to the request that held our AUTH. */
export function onAuthReply(sa: ExpectAuthReply, { payloads }: Incoming, fx: Effects): IkeSa | undefined {
  const { auth } = sa;
  const idR = firstOf(payloads, 'id', V2.IDr);
  const theirs = firstOf(payloads, 'auth');
  if (idR === undefined || theirs === undefined) return fx.down(sa, 'peer', whyNoAuth(sa, payloads));
  fx.happen(sa, { kind: 'peer-identity', id: idR });
  const verdict = judgeProof({ id: idR, auth: theirs, certs: allOf(payloads, 'cert') }, sa.settings.remoteAuth, {
    octets: authOctets(sa, auth.transcript, sa.keys, 'responder', idBody(idR)),
    date: fx.env.date(),
    peerRole: 'responder',
  });
  fx.happen(sa, { kind: 'our-auth-accepted', method: auth.method });
  fx.happen(sa, { kind: 'peer-auth', ...verdict });
  if (verdict.verdict === 'invalid') {
    if (auth.offer !== undefined) fx.registry.releaseChildSpi(auth.offer.spiIn);
    return rejectPeer(sa, verdict.refusal ?? refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, verdict.text), fx);
  }
  const up = establish(sa, { localId: auth.id, remoteId: idR, mobike: false }, fx);
  return auth.offer === undefined ? up : acceptChild(up, auth.offer, auth, payloads, sa.keys, fx);
}

/** An answer without AUTH: the notify that says why, in words. */
function whyNoAuth(sa: ExpectAuthReply, payloads: readonly PayloadNode[]): Refusal {
  const error = errorsOf(payloads)[0];
  if (error === undefined) {
    return refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'the answer has neither an IDr and an AUTH payload nor an error notify');
  }
  return refusedByNotify(error, EXCHANGE.IKE_AUTH, { ours: ourClaim(sa.auth.id, sa.settings.askedId, sa.auth.method) });
}

function ourClaim(id: Id, asked: Id | undefined, method: string): string {
  const text = `IDi "${identityText(id.type, id.data)}"`;
  return `${text}${asked === undefined ? '' : `, IDr "${identityText(asked.type, asked.data)}"`}, ${method}`;
}

/** The CHILD_SA of IKE_AUTH: it may be refused while the IKE SA stands (RFC 7296 §1.2). */
function acceptChild(
  up: Established,
  offer: ChildOffer,
  { transcript }: InitiatorAuth,
  payloads: readonly PayloadNode[],
  keys: Ikev2Keys,
  fx: Effects,
): Established {
  const refuse = (why: Refusal): Established => {
    fx.registry.releaseChildSpi(offer.spiIn);
    fx.happen(up, { kind: 'child-refused', refusal: why, rekey: false });
    return up;
  };
  if (firstOf(payloads, 'sa') === undefined) {
    const error = errorsOf(payloads)[0];
    if (error === undefined) {
      return refuse(refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'the answer has neither a CHILD_SA nor an error notify'));
    }
    return refuse(refusedByNotify(error, EXCHANGE.IKE_AUTH, { ours: offerText(offer, error) }));
  }
  const answer = readAnswer(up, offer, payloads, EXCHANGE.IKE_AUTH);
  if (!answer.ok) {
    fx.happen(up, { kind: 'child-refused', refusal: answer.refusal, rekey: false });
    return { ...up, queue: [orphanJob(offer), ...up.queue] };
  }
  const child = finishChild(up, answer.plan, answer.suite, {
    prf: up.suite.prf,
    skD: keys.skD.reveal(),
    nonceI: transcript.nonceI,
    nonceR: transcript.nonceR,
    shared: [],
    initiator: true,
  });
  return addChild(up, child, offer.settings, fx);
}

/** What we had offered, as far as the notify is about it. */
export function offerText(offer: ChildOffer, error: number): string {
  return error === NOTIFY.TS_UNACCEPTABLE || error === NOTIFY.SINGLE_PAIR_REQUIRED
    ? `TSi ${selectorsText(offer.localSelectors)}; TSr ${selectorsText(offer.remoteSelectors)}`
    : proposalsText(offer.proposals);
}
