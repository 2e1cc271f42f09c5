import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Auth } from '../../wire/ike/payloads/auth.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import { proposalsText } from '../ike/proposals.js';
import { selectorsText } from '../ike/selectors.js';
import type { Refusal } from '../refusal.js';
import { authOctets, idBody } from './auth-octets.js';
import type { ProofVerdict } from './authentication/contract.js';
import { judgeEap } from './authentication/eap-key.js';
import { judgeProof } from './authentication/judge-proof.js';
import { faultsOfOurProof } from './authentication/our-proof-faults.js';
import { finishChild, orphanJob, readAnswer } from './child-negotiation.js';
import type { ChildOffer } from './child-offer.js';
import { rejectPeer } from './closing.js';
import type { Effects } from './effects.js';
import { addChild, establish } from './establish.js';
import type { Incoming } from './incoming.js';
import { allOf, errorsOf, firstOf, notifyOf } from './payloads.js';
import { refusal, refusedByNotify } from './refusals.js';
import type { Established, ExpectAuthReply, IkeSa, InitiatorAuth, SecuredSa } from './state.js';

/** With these the peer has deleted the IKE SA, whatever else its answer holds (RFC 7296 §2.21.2). */
const FATAL: ReadonlySet<number> = new Set([NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD, NOTIFY.INVALID_SYNTAX, NOTIFY.AUTHENTICATION_FAILED]);

/** The answer to the request that held our AUTH: the peer's proof, judged apart from whether it took ours. */
export function onAuthReply(sa: ExpectAuthReply, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { payloads } = incoming;
  const { auth, eap, settings } = sa;
  const idR = eap?.idR ?? firstOf(payloads, 'id', V2.IDr);
  const theirs = firstOf(payloads, 'auth');
  if (idR === undefined || theirs === undefined) return fx.down(sa, 'peer', whyNoAuth(sa, auth, payloads, fx));
  if (eap === undefined) fx.happen(sa, { kind: 'peer-identity', id: idR });
  fx.happen(sa, { kind: 'our-auth-accepted', method: auth.method });
  const usesPpk = auth.ppkKeys !== undefined && notifyOf(payloads, NOTIFY.PPK_IDENTITY) !== undefined;
  if (settings.ppk?.mandatory === true && !usesPpk) {
    const values = { ours: `PPK "${settings.ppk.id}"`, theirs: 'none' };
    return reject(
      sa,
      auth,
      refusal('ppk-mismatch', 'us', EXCHANGE.IKE_AUTH, 'we must use a postquantum key, and the peer did not', values),
      fx,
    );
  }
  const keys = usesPpk && auth.ppkKeys !== undefined ? auth.ppkKeys : sa.keys;
  const octets = authOctets(sa, auth.transcript, keys, 'responder', idBody(idR));
  const verdict = eap === undefined ? judgeShown(sa, auth, idR, theirs, payloads, keys, fx) : judgeEap(theirs, octets, eap.msk);
  if (eap === undefined || !eap.judged || verdict.verdict === 'invalid') fx.happen(sa, { kind: 'peer-auth', ...verdict });
  if (verdict.verdict === 'invalid') {
    return reject(sa, auth, verdict.refusal ?? refusal('authentication-failed', 'us', EXCHANGE.IKE_AUTH, verdict.text), fx);
  }
  const fatal = errorsOf(payloads).find((error) => FATAL.has(error));
  if (fatal !== undefined) return fx.down(sa, 'peer', refusedByNotify(fatal, EXCHANGE.IKE_AUTH));
  const cp = firstOf(payloads, 'cp');
  if (cp !== undefined) fx.happen(sa, { kind: 'configuration', cp });
  const mobike = settings.mobike && sa.path.channel !== 'tcp' && notifyOf(payloads, NOTIFY.MOBIKE_SUPPORTED) !== undefined;
  if (mobike) fx.happen(sa, { kind: 'peer-supports', notifies: ['MOBIKE_SUPPORTED'] });
  const up = establish({ ...sa, keys }, { localId: auth.id, remoteId: idR, mobike }, fx);
  return auth.offer === undefined ? up : acceptChild(up, auth.offer, auth, payloads, fx);
}

/** Judges the AUTH that the responder showed for its identity. */
export function judgeShown(
  sa: SecuredSa,
  { transcript }: InitiatorAuth,
  id: Id,
  auth: Auth,
  payloads: readonly PayloadNode[],
  keys: Ikev2Keys,
  fx: Effects,
): ProofVerdict {
  return judgeProof({ id, auth, certs: allOf(payloads, 'cert') }, sa.settings.remoteAuth, {
    octets: authOctets(sa, transcript, keys, 'responder', idBody(id)),
    date: fx.env.date(),
    peerRole: 'responder',
  });
}

/** The peer's proof will not do: it is told, and what we had taken for the CHILD_SA goes back. */
export function reject(sa: IkeSa & SecuredSa, { offer }: InitiatorAuth, why: Refusal, fx: Effects): IkeSa {
  if (offer !== undefined) fx.registry.releaseChildSpi(offer.spiIn);
  return rejectPeer(sa, why, fx);
}

/** An answer without AUTH: the notify that says why, in words. */
export function whyNoAuth(sa: SecuredSa, auth: InitiatorAuth, payloads: readonly PayloadNode[], fx: Effects): Refusal {
  const error = errorsOf(payloads)[0];
  if (error === undefined) {
    return refusal('invalid-syntax', 'us', EXCHANGE.IKE_AUTH, 'the answer has neither what proves the peer nor an error notify');
  }
  const why = refusedByNotify(error, EXCHANGE.IKE_AUTH, { ours: ourClaim(auth, sa.settings.askedId) });
  if (error !== NOTIFY.AUTHENTICATION_FAILED) return why;
  const { localAuth: local, remoteAuth } = sa.settings;
  const { authorities } = remoteAuth;
  const faults = faultsOfOurProof({ local, id: auth.id, requested: sa.peer.requested, authorities, date: fx.env.date() });
  return faults.length === 0 ? why : { ...why, suspected: faults.map(({ text }) => text) };
}

function ourClaim({ id, method }: InitiatorAuth, asked: Id | undefined): string {
  const text = `IDi "${identityText(id.type, id.data)}"`;
  return `${text}${asked === undefined ? '' : `, IDr "${identityText(asked.type, asked.data)}"`}${method === '' ? '' : `, ${method}`}`;
}

/** The CHILD_SA of IKE_AUTH: it may be refused while the IKE SA stands (RFC 7296 §1.2). */
function acceptChild(
  up: Established,
  offer: ChildOffer,
  { transcript }: InitiatorAuth,
  payloads: readonly PayloadNode[],
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
    skD: up.keys.skD.reveal(),
    nonceI: transcript.nonceI,
    nonceR: transcript.nonceR,
    shared: [],
    initiator: true,
  });
  return addChild(up, child, offer.settings, fx);
}

/** What we had offered, as far as the notify is about it. */
function offerText(offer: ChildOffer, error: number): string {
  return error === NOTIFY.TS_UNACCEPTABLE || error === NOTIFY.SINGLE_PAIR_REQUIRED
    ? `TSi ${selectorsText(offer.localSelectors)}; TSr ${selectorsText(offer.remoteSelectors)}`
    : proposalsText(offer.proposals);
}
