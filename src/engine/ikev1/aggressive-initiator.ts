import { UsageError } from '../../bytes/errors.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { localIdentity, methodsOf, ownSecret, whyWrongPeer } from './authentication.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { needsSecret } from './methods.js';
import { judgeNat, natPayloads } from './nat-detection.js';
import { bodyOf, out } from './payloads.js';
import {
  announceSuite,
  cookiesOf,
  establish,
  firstPath,
  freshSa,
  isRefusal,
  NONCE_LENGTH,
  pathAfterNat,
  phase1Lifetime,
  readChoice,
  readIdentity,
  readKeyExchange,
  withPublicValue,
} from './phase1.js';
import { announceKeys, protect } from './phase1-keys.js';
import { offerPhase1, phase1Transforms, readPhase1 } from './phase1-suite.js';
import { certificateRequests, hasProof, judgePeer, noticeOf, ourProof, signs } from './proof.js';
import { refusal } from './refusals.js';
import { sendClearNotify, sendNotify } from './send-informational.js';
import type { Ikev1Settings } from './settings.js';
import type { ExpectAggressive2, Ikev1Sa, SecuredSa } from './state.js';
import { received, sendClear, sendSealed } from './transmit.js';
import { readVendorIds, vendorPayloads } from './vendor-ids.js';

const AGGRESSIVE = EXCHANGE_V1.Aggressive;
const NO_COOKIE = new Uint8Array(8);

/** Sends message 1 (RFC 2409 §5.4): with a key exchange value already, so of one group only. Throws `UsageError` as `beginMain` does. */
export function beginAggressive(settings: Ikev1Settings, fx: Effects): ExpectAggressive2 {
  const sa = offerPhase1(settings.ikeProposals, {
    methods: methodsOf(settings, 'initiator'),
    lifetime: phase1Lifetime(settings),
    oneGroup: true,
  });
  const [first] = sa === undefined ? [] : phase1Transforms(sa);
  const group = first === undefined ? undefined : readPhase1(first)?.keyExchange;
  if (sa === undefined || group === undefined) {
    throw new UsageError('none of the IKE proposals can be said in IKEv1', 'for example aes256-sha256-modp2048');
  }
  const base = freshSa(settings, 'initiator', firstPath(settings), { spiI: fx.registry.newIkeSpi(), spiR: NO_COOKIE }, fx);
  const half = group.initiate(fx.env.random);
  const nonce = fx.env.random(NONCE_LENGTH);
  const localId = localIdentity(settings, base.path.local.address);
  const payloads = [
    out.sa(sa),
    out.ke(half.publicValue),
    out.nonce(nonce),
    out.id(localId),
    ...certificateRequests(settings, methodsOf(settings, 'initiator')[0] ?? 0, 'responder'),
    ...vendorPayloads(settings),
  ];
  const sending = sendClear(base, { exchange: AGGRESSIVE, messageId: 0, payloads, awaited: 'retransmit' }, fx);
  return { ...base, kind: 'expect-aggressive-2', sending, offer: { sa, body: bodyOf(out.sa(sa)) }, nonce, half, localId };
}

/** Message 2: the responder proves itself first. Its HASH_R tells a right pre-shared key from a wrong one. */
export function onAggressive2(waiting: ExpectAggressive2, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { header, payloads, bytes, path: from } = incoming;
  const sa = { ...waiting, spiR: header.spiR.slice() };
  received(sa, incoming, payloads, fx);
  const { settings, half, nonce } = sa;
  const suite = readChoice(sa.offer, payloads, AGGRESSIVE);
  if (isRefusal(suite)) return fx.down(sa, 'us', suite);
  const peer = readVendorIds(sa, payloads, fx);
  announceSuite(sa, suite, sa.offer, fx);
  const theirs = readKeyExchange(payloads, AGGRESSIVE);
  if (isRefusal(theirs)) return fx.down(sa, 'us', theirs);
  const shown = readIdentity(payloads);
  if (shown === undefined || !hasProof(payloads, suite.method, 'responder')) {
    const text = `the answer has no ${shown === undefined ? 'ID' : signs(suite.method, 'responder') ? 'SIG' : 'HASH'} payload`;
    return fx.down(sa, 'us', refusal('invalid-syntax', 'us', AGGRESSIVE, text));
  }
  const shared = withPublicValue(AGGRESSIVE, () => half.finish(theirs.ke));
  if (isRefusal(shared)) return fx.down(sa, 'us', shared);
  const nat = judgeNat(suite.hash, header, from, peer, payloads);
  if (nat.supported) fx.happen(sa, { kind: 'nat', ...nat });
  fx.happen(sa, { kind: 'peer-identity', id: shown.id });
  const secret = needsSecret(suite.method) ? ownSecret(settings) : undefined;
  if (secret === undefined && needsSecret(suite.method)) {
    const text = 'the peer answers aggressive mode; whether a pre-shared key is the right one, its hash will tell';
    return fx.down(sa, 'us', refusal('no-credentials', 'us', AGGRESSIVE, text));
  }
  const values = { nonceI: nonce, nonceR: theirs.nonce, keI: half.publicValue, keR: theirs.ke, shared };
  const protection = protect(suite, sa, values, secret);
  const path = pathAfterNat(sa.path, nat, peer, settings);
  const secured: SecuredSa = { ...sa, path, ...protection, values, peer, nat };
  const verdict = judgePeer(secured, 'responder', shown, payloads, AGGRESSIVE, fx);
  const { method } = verdict;
  if (verdict.refusal !== undefined) {
    fx.happen(sa, { kind: 'peer-auth', ...verdict });
    // With a wrong secret its keys are others than ours: only in clear can it be told.
    sendClearNotify(sa, noticeOf(suite.method, 'responder'), fx);
    return fx.down(sa, 'us', verdict.refusal);
  }
  announceKeys(sa, protection, fx);
  const wrong = whyWrongPeer(settings, shown.id, AGGRESSIVE);
  if (wrong !== undefined) {
    fx.happen(sa, { kind: 'peer-auth', verdict: 'invalid', method, text: wrong.refusal.text, refusal: wrong.refusal });
    sendNotify(secured, wrong.notify, fx);
    return fx.down(sa, 'us', wrong.refusal);
  }
  fx.happen(sa, { kind: 'peer-auth', ...verdict });
  const message3 = [
    ...ourProof(secured, 'initiator', bodyOf(out.id(sa.localId))),
    ...(nat.supported ? natPayloads(suite.hash, secured, path, peer, fx.env.random) : []),
    ...(settings.initialContact === true ? [out.notify(NOTIFY_V1['INITIAL-CONTACT'], cookiesOf(sa))] : []),
  ];
  fx.timer(sa, 'retransmit');
  const { sending, chain } = sendSealed(
    secured,
    protection.chain,
    { exchange: AGGRESSIVE, messageId: 0, payloads: message3, answers: bytes.slice() },
    fx,
  );
  return establish({ ...secured, sending, chain, localId: sa.localId, remoteId: shown.id }, false, fx);
}
