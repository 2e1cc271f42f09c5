import { identityText } from '../../wire/ike/identity-facts.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { sameId } from '../ike/identity.js';
import type { ProofVerdict } from '../ikev2/authentication/contract.js';
import { localIdentity, secretsFor, whyWrongPeer, whyWrongSecret } from './authentication.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { openPayloads } from './message-crypt.js';
import { methodText, needsSecret } from './methods.js';
import { judgeNat, natPayloads } from './nat-detection.js';
import { allOf, bodyOf, nodeOf, out } from './payloads.js';
import {
  announceSuite,
  chooseSuite,
  establish,
  freshSa,
  isRefusal,
  NONCE_LENGTH,
  readIdentity,
  readKeyExchange,
  withPublicValue,
} from './phase1.js';
import { announceKeys, protect } from './phase1-keys.js';
import { certificateRequests, hasProof, judgePeer, noticeOf, ourProof } from './proof.js';
import { refusal } from './refusals.js';
import { sendClearNotify } from './send-informational.js';
import type { Ikev1Settings } from './settings.js';
import type { ExpectAggressive3, Ikev1Sa, Rejection, SecuredSa } from './state.js';
import { received, sendClear } from './transmit.js';
import { readVendorIds, vendorPayloads } from './vendor-ids.js';

const AGGRESSIVE = EXCHANGE_V1.Aggressive;

/** Message 1 of a stranger, with its identity: the secret is chosen by it. Message 2 proves who we are. */
export function onAggressive1(
  settings: Ikev1Settings,
  incoming: Incoming,
  halfOpenTime: number,
  fx: Effects,
): ExpectAggressive3 | undefined {
  const { header, payloads, path, bytes } = incoming;
  const offered = nodeOf(payloads, 'sa-v1');
  const theirs = readKeyExchange(payloads, AGGRESSIVE);
  const shown = readIdentity(payloads);
  const spis = { spiI: header.spiI.slice(), spiR: fx.registry.newIkeSpi() };
  const base = { ...freshSa(settings, 'responder', path, spis, fx), exchange: 'aggressive' as const };
  received(base, incoming, payloads, fx);
  if (offered === undefined || shown === undefined || isRefusal(theirs)) {
    fx.happen(base, { kind: 'ignored', reason: 'aggressive mode begins without SA, KE, NONCE or ID payload', path });
    return undefined;
  }
  const reject = ({ notify, refusal: why }: Rejection): undefined => {
    sendClearNotify(base, notify, fx);
    fx.happen(base, { kind: 'ike-down', by: 'us', refusal: why });
  };
  const choice = chooseSuite(settings, offered.value, AGGRESSIVE);
  if ('refusal' in choice) return reject(choice);
  const { suite } = choice;
  const signed = !needsSecret(suite.method);
  const known = signed ? undefined : secretFor(settings, shown.id, path.remote.address);
  if (known === undefined && !signed) {
    const name = identityText(shown.id.type, shown.id.data);
    const notify = NOTIFY_V1['INVALID-ID-INFORMATION'];
    return reject({
      notify,
      refusal: refusal('psk-not-found', 'us', AGGRESSIVE, `we have no pre-shared key for "${name}"`, { theirs: `"${name}"`, notify }),
    });
  }
  const wrong =
    whyWrongPeer(settings, shown.id, AGGRESSIVE) ??
    (known === undefined ? undefined : whyWrongSecret(known, shown.id, path.remote.address, AGGRESSIVE));
  if (wrong !== undefined) return reject(wrong);
  const answer = withPublicValue(AGGRESSIVE, () => suite.keyExchange.respond(fx.env.random, theirs.ke));
  if (isRefusal(answer)) return reject({ notify: NOTIFY_V1['INVALID-KEY-INFORMATION'], refusal: answer });
  const offer = { sa: offered.value, body: offered.body.slice() };
  const peer = readVendorIds(base, payloads, fx);
  announceSuite(base, suite, offer, fx);
  fx.happen(base, { kind: 'peer-identity', id: shown.id });
  const nonce = fx.env.random(NONCE_LENGTH);
  const values = { nonceI: theirs.nonce, nonceR: nonce, keI: theirs.ke, keR: answer.publicValue, shared: answer.shared };
  const protection = protect(suite, base, values, known?.secret);
  announceKeys(base, protection, fx);
  const localId = localIdentity(settings, path.local.address);
  const nat = { supported: false, usBehindNat: false, peerBehindNat: false };
  const secured: SecuredSa = { ...base, ...protection, offer, values, peer, nat };
  const message2 = [
    out.sa(choice.answer),
    out.ke(answer.publicValue),
    out.nonce(nonce),
    out.id(localId),
    ...ourProof(secured, 'responder', bodyOf(out.id(localId))),
    ...certificateRequests(settings, suite.method, 'initiator'),
    ...natPayloads(suite.hash, base, path, peer, fx.env.random),
    ...vendorPayloads(settings, peer),
  ];
  fx.timer(base, 'half-open', halfOpenTime);
  const what = { exchange: AGGRESSIVE, messageId: 0, payloads: message2, awaited: 'retransmit', answers: bytes.slice() };
  return { ...secured, kind: 'expect-aggressive-3', sending: sendClear(base, what, fx), localId, remoteId: shown.id, idBodyI: shown.body };
}

/** The secret of this identity, or of its address, or of everybody. */
function secretFor(
  settings: Ikev1Settings,
  id: Parameters<typeof sameId>[0],
  address: string,
): ReturnType<typeof secretsFor>[number] | undefined {
  const all = secretsFor(settings, address);
  return all.find((one) => one.id !== undefined && sameId(one.id, id)) ?? all[0];
}

/** Message 3, encrypted or not: the initiator proves itself. */
export function onAggressive3(sa: ExpectAggressive3, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { header, encrypted, path } = incoming;
  const opened =
    encrypted === undefined ? { payloads: incoming.payloads, chain: sa.chain } : openPayloads(sa, sa.chain, header.nextPayload, encrypted);
  const readable = opened !== undefined && hasProof(opened.payloads, sa.suite.method, 'initiator');
  const verdict = readable
    ? judgePeer(sa, 'initiator', { id: sa.remoteId, body: sa.idBodyI }, opened.payloads, AGGRESSIVE, fx)
    : unreadable(sa);
  if (opened === undefined || verdict.refusal !== undefined) {
    received(sa, incoming, opened?.payloads ?? [], fx);
    fx.happen(sa, { kind: 'peer-auth', ...verdict });
    sendClearNotify({ ...sa, path }, noticeOf(sa.suite.method, 'initiator'), fx);
    return fx.down(sa, 'us', verdict.refusal);
  }
  received(sa, incoming, opened.payloads, fx);
  fx.timer(sa, 'retransmit');
  const nat = judgeNat(sa.suite.hash, header, path, sa.peer, opened.payloads);
  if (nat.supported) fx.happen(sa, { kind: 'nat', ...nat });
  fx.happen(sa, { kind: 'peer-auth', ...verdict });
  const initialContact = allOf(opened.payloads, 'notify-v1').some(({ type }) => type === NOTIFY_V1['INITIAL-CONTACT']);
  // The message that came last is the one whose repetition is known; there is nothing to answer it with.
  return establish({ ...sa, path, chain: opened.chain, nat, sending: { ...sa.sending, answers: new Uint8Array(0) } }, initialContact, fx);
}

/** What cannot be opened was made with other keys, and the secret alone makes them differ. */
function unreadable(sa: ExpectAggressive3): ProofVerdict {
  const name = identityText(sa.remoteId.type, sa.remoteId.data);
  const text = `message 3 of "${name}" does not prove our pre-shared key: the peer's is another one`;
  const why = refusal('psk-mismatch', 'us', AGGRESSIVE, text, { theirs: `"${name}"`, notify: NOTIFY_V1['INVALID-HASH-INFORMATION'] });
  return { verdict: 'invalid', method: methodText(sa.suite.method), text, refusal: why };
}
