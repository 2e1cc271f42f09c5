import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import { startEapServer } from '../eap/server.js';
import { defaultIdentity } from '../ike/default-identity.js';
import type { Refusal } from '../refusal.js';
import { authOctets, idBody } from './auth-octets.js';
import { requestedAuthorities } from './authentication/certificate-requests.js';
import { judgeProof } from './authentication/judge-proof.js';
import { makeProof } from './authentication/make-proof.js';
import type { Effects } from './effects.js';
import { conversationOf } from './effects.js';
import { grant } from './grant.js';
import type { Incoming } from './incoming.js';
import { unexpectedNat } from './mobike.js';
import { allOf, firstOf, notifyOf, out } from './payloads.js';
import { choosePpk } from './ppk.js';
import { refusal } from './refusals.js';
import type { ExpectAuthRequest, IkeSa, SecuredSa } from './state.js';
import { sendReply } from './transmit.js';

/** Answers the first IKE_AUTH (RFC 7296 §1.2); one without AUTH asks for EAP (§2.16). */
export function onAuthRequest(sa: ExpectAuthRequest, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { payloads, path } = incoming;
  const moved: ExpectAuthRequest = { ...sa, path, peer: withRequests(sa, incoming) };
  const idI = firstOf(payloads, 'id', V2.IDi);
  if (idI === undefined) {
    const why = refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'the request has no IDi payload', { notify: NOTIFY.INVALID_SYNTAX });
    return refuseAuth(moved, NOTIFY.INVALID_SYNTAX, why, fx);
  }
  fx.happen(sa, { kind: 'peer-identity', id: idI });
  if (unexpectedNat(incoming)) {
    const why = refusal('unexpected-nat-detected', 'us', EXCHANGE.IKE_AUTH, 'the initiator allows no NAT, and there is one between us', {
      notify: NOTIFY.UNEXPECTED_NAT_DETECTED,
    });
    return refuseAuth(moved, NOTIFY.UNEXPECTED_NAT_DETECTED, why, fx);
  }
  const id = sa.settings.localId ?? defaultIdentity(sa.settings.localAuth, path.local.address);
  const theirs = firstOf(payloads, 'auth');
  if (theirs === undefined) return beginEap(moved, incoming, idI, id, fx);
  const ppk = choosePpk(moved, payloads);
  if (ppk.kind === 'refused') return refuseAuth(moved, NOTIFY.AUTHENTICATION_FAILED, ppk.refusal, fx);
  const keys = ppk.kind === 'use' ? ppk.keys : sa.keys;
  const auth = ppk.kind === 'without' && ppk.auth !== undefined ? { ...theirs, data: ppk.auth } : theirs;
  const verdict = judgeProof({ id: idI, auth, certs: allOf(payloads, 'cert') }, sa.settings.remoteAuth, {
    octets: authOctets(sa, sa.transcript, keys, 'initiator', idBody(idI)),
    date: fx.env.date(),
    peerRole: 'initiator',
  });
  fx.happen(sa, { kind: 'peer-auth', ...verdict });
  if (verdict.verdict === 'invalid') {
    const why = verdict.refusal ?? refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, verdict.text);
    return refuseAuth(moved, NOTIFY.AUTHENTICATION_FAILED, why, fx);
  }
  const proof = prove({ ...moved, keys }, id);
  if (!proof.ok) return refuseAuth(moved, NOTIFY.AUTHENTICATION_FAILED, proof.refusal, fx);
  const head = [...proof.payloads, ...(ppk.kind === 'use' ? [out.notify(NOTIFY.PPK_IDENTITY)] : [])];
  return grant({ ...moved, keys }, { localId: id, remoteId: idI, transcript: sa.transcript, first: incoming, head }, fx);
}

/** What the initiator asked for in IKE_AUTH counts as what it can (RFC 7296 §3.7). */
function withRequests(sa: ExpectAuthRequest, { payloads }: Incoming): ExpectAuthRequest['peer'] {
  return { ...sa.peer, requested: [...sa.peer.requested, ...requestedAuthorities(allOf(payloads, 'certreq'))] };
}

/** RFC 7296 §2.21.2: the notify goes under SK, then the half-open IKE SA is gone. */
export function refuseAuth(
  sa: IkeSa & SecuredSa,
  notify: number,
  why: Refusal,
  fx: Effects,
  before: readonly OutgoingPayload[] = [],
  exchange: number = EXCHANGE.IKE_AUTH,
): undefined {
  sendReply(sa, exchange, [...before, out.notify(notify)], sa.path, fx);
  return fx.down(sa, 'us', why);
}

type Proved = { readonly ok: true; readonly payloads: readonly OutgoingPayload[] } | { readonly ok: false; readonly refusal: Refusal };

/** IDr, CERT and AUTH of ours. */
function prove(sa: ExpectAuthRequest, id: Id): Proved {
  const made = makeProof(sa.settings.localAuth, authOctets(sa, sa.transcript, sa.keys, 'responder', idBody(id)), sa.peer);
  if (!made.ok) return made;
  return { ok: true, payloads: [out.idR(id), ...made.proof.certs.map(out.cert), out.auth(made.proof.auth)] };
}

/** EAP begins: we prove ourselves first, unless both ends leave that to EAP too (RFC 5998). */
function beginEap(sa: ExpectAuthRequest, first: Incoming, idI: Id, id: Id, fx: Effects): IkeSa | undefined {
  const { remoteAuth, localAuth } = sa.settings;
  const fail = (code: string, text: string) =>
    refuseAuth(
      sa,
      NOTIFY.AUTHENTICATION_FAILED,
      refusal(code, 'us', EXCHANGE.IKE_AUTH, text, { notify: NOTIFY.AUTHENTICATION_FAILED }),
      fx,
    );
  if (remoteAuth.eap === undefined) return fail('eap-not-allowed', 'the initiator sent no AUTH: it wants EAP, for which we are not set up');
  const eapOnly = notifyOf(first.payloads, NOTIFY.EAP_ONLY_AUTHENTICATION) !== undefined;
  if (localAuth.method === 'eap' && !eapOnly) {
    return fail(
      'eap-only-not-allowed',
      'we prove ourselves by EAP alone, and the initiator does not accept that (no EAP_ONLY_AUTHENTICATION)',
    );
  }
  const proof: Proved = localAuth.method === 'eap' ? { ok: true, payloads: [out.idR(id)] } : prove(sa, id);
  if (!proof.ok) return refuseAuth(sa, NOTIFY.AUTHENTICATION_FAILED, proof.refusal, fx);
  const context = { ikeIdentity: identityText(idI.type, idI.data), conversation: conversationOf(sa), random: fx.env.random };
  const step = startEapServer(remoteAuth.eap, context);
  for (const text of step.texts) fx.happen(sa, { kind: 'eap', text });
  const payloads = [...proof.payloads, ...(step.send === undefined ? [] : [out.eap(step.send)])];
  const { transcript, exchanged: _, kind: __, ...rest } = sa;
  return {
    ...rest,
    kind: 'expect-eap-response',
    auth: { transcript, idI, id, first },
    server: step.state,
    window: sendReply(sa, EXCHANGE.IKE_AUTH, payloads, sa.path, fx),
  };
}
