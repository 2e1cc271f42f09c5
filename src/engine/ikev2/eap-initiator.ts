import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import { clientRefusal, type EapClientState, stepEapClient } from '../eap/client.js';
import type { EapOutcome, EapStep } from '../eap/contract.js';
import type { EapClient } from '../eap/settings.js';
import type { TlsOutput } from '../step.js';
import { offersEapOnly } from './auth-initiator.js';
import { authOctets, idBody } from './auth-octets.js';
import { judgeShown, reject, whyNoAuth } from './auth-reply.js';
import { proveEap } from './authentication/eap-key.js';
import { judgeTlsServer, provedByTls } from './authentication/tls-server.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { firstOf, out } from './payloads.js';
import { ppkPayloads } from './ppk.js';
import { refusal } from './refusals.js';
import type { ExpectEapReply, IkeSa } from './state.js';
import { sendRequest } from './transmit.js';

/** An answer while EAP runs (RFC 7296 §2.16): the first one shows who the responder is. */
export function onEapReply(sa: ExpectEapReply, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { payloads } = incoming;
  const eap = firstOf(payloads, 'eap');
  if (eap === undefined) {
    // A notify in place of EAP Failure carries no reason; EAP may have told one before.
    const known = clientRefusal(sa.client);
    if (known !== undefined) return fx.down(sa, known.by === 'peer' ? 'peer' : 'us', known);
    return fx.down(sa, 'peer', whyNoAuth(sa, sa.auth, payloads, fx));
  }
  if (sa.shown !== undefined) return advance(sa, stepEapClient(sa.client, { kind: 'message', eap }), fx);
  const idR = firstOf(payloads, 'id', V2.IDr);
  if (idR === undefined) return fx.down(sa, 'peer', whyNoAuth(sa, sa.auth, payloads, fx));
  fx.happen(sa, { kind: 'peer-identity', id: idR });
  const theirs = firstOf(payloads, 'auth');
  if (theirs === undefined && !offersEapOnly(sa.settings) && !sa.settings.remoteAuth.acceptUnverified) {
    const text = 'the peer wants EAP without having proved itself, which we did not offer (EAP_ONLY_AUTHENTICATION)';
    return reject(sa, sa.auth, refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, text), fx);
  }
  let proved = false;
  if (theirs !== undefined) {
    const verdict = judgeShown(sa, sa.auth, idR, theirs, payloads, sa.keys, fx);
    fx.happen(sa, { kind: 'peer-auth', ...verdict });
    proved = verdict.verdict === 'valid';
    if (verdict.verdict === 'invalid') {
      return reject(sa, sa.auth, verdict.refusal ?? refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, verdict.text), fx);
    }
  }
  if (!proved && sa.settings.remoteAuth.acceptUnverified && hasPassword(sa.client.settings)) {
    const text = 'we show no password to a peer for which nothing given to us vouches';
    return reject(sa, sa.auth, refusal('peer-unverified', 'us', EXCHANGE.IKE_AUTH, text), fx);
  }
  const shown = { idR, judged: theirs !== undefined };
  return advance({ ...sa, shown }, stepEapClient(sa.client, { kind: 'message', eap }), fx);
}

/** What GTC tells, and MSCHAPv2 and MD5 let guess at leisure. */
function hasPassword({ methods, password }: EapClient): boolean {
  return password !== undefined && methods.some((method) => method !== 'tls');
}

/** The TLS stack has answered. */
export function onEapTls(sa: ExpectEapReply, output: TlsOutput, fx: Effects): IkeSa | undefined {
  return advance(sa, stepEapClient(sa.client, { kind: 'tls', output }), fx);
}

function advance(sa: ExpectEapReply, step: EapStep<EapClientState>, fx: Effects): IkeSa | undefined {
  for (const text of step.texts) fx.happen(sa, { kind: 'eap', text });
  for (const input of step.tls) fx.converse(sa, input);
  const next: ExpectEapReply = { ...sa, client: step.state };
  if (step.outcome !== undefined) {
    fx.hangUp(sa);
    return conclude(next, step.outcome, fx);
  }
  if (step.send === undefined) return next;
  return { ...next, window: sendRequest(next, EXCHANGE.IKE_AUTH, [out.eap(step.send)], fx) };
}

/** EAP is over: our AUTH with its key, or the end. */
function conclude(sa: ExpectEapReply, outcome: EapOutcome, fx: Effects): IkeSa | undefined {
  if (!outcome.ok) return fx.down(sa, outcome.refusal.by === 'peer' ? 'peer' : 'us', outcome.refusal);
  const { shown } = sa;
  if (shown === undefined) return fx.down(sa, 'us', refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'EAP ended before it began'));
  const { auth, settings } = sa;
  const byTls = !shown.judged && provedByTls(settings.localAuth, settings.remoteAuth);
  if (byTls) {
    const verdict = judgeTlsServer(shown.idR, outcome.certificates ?? [], settings.remoteAuth, fx.env.date());
    fx.happen(sa, { kind: 'peer-auth', ...verdict });
    if (verdict.refusal !== undefined) return reject(sa, auth, verdict.refusal, fx);
  }
  const octets = (keys: Ikev2Keys) => authOctets(sa, auth.transcript, keys, 'initiator', idBody(auth.id));
  const { ppkKeys } = auth;
  const proof = proveEap(octets(ppkKeys ?? sa.keys), outcome.msk);
  const fallback = ppkKeys === undefined || settings.ppk?.mandatory === true ? undefined : proveEap(octets(sa.keys), outcome.msk);
  const payloads: readonly OutgoingPayload[] = [
    out.auth(proof.auth),
    ...(ppkKeys === undefined ? [] : ppkPayloads(sa, fallback?.auth.data)),
  ];
  const { client: _, shown: __, ...rest } = sa;
  return {
    ...rest,
    kind: 'expect-auth-reply',
    auth: { ...auth, method: `EAP ${outcome.method}` },
    eap: { ...shown, judged: shown.judged || byTls, ...(outcome.msk === undefined ? {} : { msk: outcome.msk }) },
    window: sendRequest(sa, EXCHANGE.IKE_AUTH, payloads, fx),
  };
}
