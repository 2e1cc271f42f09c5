import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import type { EapStep } from '../eap/contract.js';
import { type EapServerState, stepEapServer } from '../eap/server.js';
import type { TlsOutput } from '../step.js';
import { authOctets, idBody } from './auth-octets.js';
import { refuseAuth } from './auth-responder.js';
import { judgeEap, proveEap } from './authentication/eap-key.js';
import type { Effects } from './effects.js';
import { grant } from './grant.js';
import type { Incoming } from './incoming.js';
import { firstOf, out } from './payloads.js';
import { choosePpk } from './ppk.js';
import { refusal } from './refusals.js';
import type { ExpectEapAuth, ExpectEapResponse, IkeSa } from './state.js';
import { sendReply } from './transmit.js';

/** A request while EAP runs (RFC 7296 §2.16). */
export function onEapResponse(sa: ExpectEapResponse, { payloads }: Incoming, fx: Effects): IkeSa | undefined {
  const eap = firstOf(payloads, 'eap');
  if (eap === undefined) {
    const why = refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'the request has no EAP payload', { notify: NOTIFY.INVALID_SYNTAX });
    return refuseAuth(sa, NOTIFY.INVALID_SYNTAX, why, fx);
  }
  return advance(sa, stepEapServer(sa.server, { kind: 'message', eap }), fx);
}

/** The TLS stack has answered. */
export function onServerTls(sa: ExpectEapResponse, output: TlsOutput, fx: Effects): IkeSa | undefined {
  return advance(sa, stepEapServer(sa.server, { kind: 'tls', output }), fx);
}

function advance(sa: ExpectEapResponse, step: EapStep<EapServerState>, fx: Effects): IkeSa | undefined {
  for (const text of step.texts) fx.happen(sa, { kind: 'eap', text });
  for (const input of step.tls) fx.converse(sa, input);
  const next: ExpectEapResponse = { ...sa, server: step.state };
  const payloads: readonly OutgoingPayload[] = step.send === undefined ? [] : [out.eap(step.send)];
  const { outcome } = step;
  if (outcome !== undefined) fx.hangUp(sa);
  if (outcome?.ok === false) {
    // EAP-Failure says it all; the notify is for who reads logs (RFC 7296 §2.21.2).
    return refuseAuth(next, NOTIFY.AUTHENTICATION_FAILED, outcome.refusal, fx, payloads);
  }
  // The request waits for its answer until the TLS stack has one.
  if (payloads.length === 0) return { ...next, window: { ...next.window, working: true } };
  const window = sendReply(next, EXCHANGE.IKE_AUTH, payloads, next.path, fx);
  if (outcome === undefined) return { ...next, window };
  const { server: _, kind: __, ...rest } = next;
  return { ...rest, kind: 'expect-eap-auth', window, ...(outcome.msk === undefined ? {} : { msk: outcome.msk }) };
}

/** The initiator's AUTH after EAP: both ends prove that they hold its key. */
export function onEapAuth(sa: ExpectEapAuth, { payloads, path }: Incoming, fx: Effects): IkeSa | undefined {
  const { auth } = sa;
  const moved: ExpectEapAuth = { ...sa, path };
  const theirs = firstOf(payloads, 'auth');
  if (theirs === undefined) {
    const why = refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'the request has no AUTH payload', { notify: NOTIFY.INVALID_SYNTAX });
    return refuseAuth(moved, NOTIFY.INVALID_SYNTAX, why, fx);
  }
  const ppk = choosePpk(moved, payloads);
  if (ppk.kind === 'refused') return refuseAuth(moved, NOTIFY.AUTHENTICATION_FAILED, ppk.refusal, fx);
  const keys = ppk.kind === 'use' ? ppk.keys : sa.keys;
  const shown = ppk.kind === 'without' && ppk.auth !== undefined ? { ...theirs, data: ppk.auth } : theirs;
  const verdict = judgeEap(shown, authOctets(sa, auth.transcript, keys, 'initiator', idBody(auth.idI)), sa.msk);
  fx.happen(sa, { kind: 'peer-auth', ...verdict });
  if (verdict.verdict === 'invalid') {
    const why = verdict.refusal ?? refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, verdict.text);
    return refuseAuth(moved, NOTIFY.AUTHENTICATION_FAILED, why, fx);
  }
  const proof = proveEap(authOctets(sa, auth.transcript, keys, 'responder', idBody(auth.id)), sa.msk);
  const head = [out.auth(proof.auth), ...(ppk.kind === 'use' ? [out.notify(NOTIFY.PPK_IDENTITY)] : [])];
  const { transcript, first } = auth;
  return grant({ ...moved, keys }, { localId: auth.id, remoteId: auth.idI, transcript, first, head }, fx);
}
