import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import type { Refusal } from '../refusal.js';
import { authOctets, idBody } from './auth-octets.js';
import { judgeProof } from './authentication/judge-proof.js';
import { makeProof } from './authentication/make-proof.js';
import { AUTH_LIMITS, answerPayloads, finishChild, judgeOffer } from './child-negotiation.js';
import type { Effects } from './effects.js';
import { addChild, establish } from './establish.js';
import type { Incoming } from './incoming.js';
import { requestedAuthorities } from './init-payloads.js';
import { localIdentity } from './local-identity.js';
import { allOf, firstOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { Established, ExpectAuthRequest, IkeSa } from './state.js';
import { sendReply } from './transmit.js';

/** Answers the first IKE_AUTH (RFC 7296 §1.2). */
export function onAuthRequest(sa: ExpectAuthRequest, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { payloads, path } = incoming;
  const idI = firstOf(payloads, 'id', V2.IDi);
  const theirs = firstOf(payloads, 'auth');
  if (idI === undefined || theirs === undefined) {
    return refuse(sa, incoming, NOTIFY.AUTHENTICATION_FAILED, refusal('eap-not-allowed', 'us', EXCHANGE.IKE_AUTH, 'no AUTH payload'), fx);
  }
  fx.happen(sa, { kind: 'peer-identity', id: idI });
  const verdict = judgeProof({ id: idI, auth: theirs, certs: allOf(payloads, 'cert') }, sa.settings.remoteAuth, {
    octets: authOctets(sa, sa.transcript, sa.keys, 'initiator', idBody(idI)),
    date: fx.env.date(),
    peerRole: 'initiator',
  });
  fx.happen(sa, { kind: 'peer-auth', ...verdict });
  if (verdict.verdict === 'invalid') {
    const why = verdict.refusal ?? refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, verdict.text);
    return refuse(sa, incoming, NOTIFY.AUTHENTICATION_FAILED, why, fx);
  }
  const id = localIdentity(sa.settings, sa.path);
  const abilities = { ...sa.peer, requested: [...sa.peer.requested, ...requestedAuthorities(payloads)] };
  const made = makeProof(sa.settings.localAuth, authOctets(sa, sa.transcript, sa.keys, 'responder', idBody(id)), abilities);
  if (!made.ok) return refuse(sa, incoming, NOTIFY.AUTHENTICATION_FAILED, made.refusal, fx);
  const moved = { ...sa, path };
  const up = establish(moved, { localId: id, remoteId: idI, mobike: false }, fx);
  const child = answerChild(up, sa, incoming, fx);
  const reply = [out.idR(id), ...made.proof.certs.map(out.cert), out.auth(made.proof.auth), ...child.payloads];
  const answeredSa = { ...up, window: sendReply(moved, EXCHANGE.IKE_AUTH, reply, path, fx) };
  return child.finish(answeredSa);
}

/** RFC 7296 §2.21.2: the notify goes under SK, then the half-open SA is gone. */
function refuse(sa: ExpectAuthRequest, { path }: Incoming, notify: number, why: Refusal, fx: Effects): undefined {
  sendReply(sa, EXCHANGE.IKE_AUTH, [out.notify(notify)], path, fx);
  return fx.down(sa, 'us', why);
}

interface ChildPart {
  readonly payloads: readonly OutgoingPayload[];
  finish(sa: Established): Established;
}

/** The CHILD_SA of IKE_AUTH: refused, it leaves the IKE SA standing. */
function answerChild(up: Established, { transcript }: ExpectAuthRequest, { payloads }: Incoming, fx: Effects): ChildPart {
  const nothing = (sa: Established) => sa;
  if (firstOf(payloads, 'sa') === undefined) return { payloads: [], finish: nothing };
  const { child: settings } = up.settings;
  if (settings === undefined) {
    const why = refusal('no-additional-sas', 'us', EXCHANGE.IKE_AUTH, 'we are set up without a CHILD_SA', {
      notify: NOTIFY.NO_ADDITIONAL_SAS,
    });
    return refusedChild(NOTIFY.NO_ADDITIONAL_SAS, why, fx);
  }
  const answer = judgeOffer(up, payloads, settings, AUTH_LIMITS, fx);
  if (!answer.ok) return refusedChild(answer.notify, answer.refusal, fx);
  const child = finishChild(up, answer.plan, answer.suite, {
    prf: up.suite.prf,
    skD: up.keys.skD.reveal(),
    nonceI: transcript.nonceI,
    nonceR: transcript.nonceR,
    shared: [],
    initiator: false,
  });
  return { payloads: answerPayloads(answer.plan, answer.chosen), finish: (sa) => addChild(sa, child, settings, fx) };
}

function refusedChild(notify: number, why: Refusal, fx: Effects): ChildPart {
  return {
    payloads: [out.notify(notify)],
    finish(sa) {
      fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: false });
      return sa;
    },
  };
}
