import { UsageError } from '../../bytes/errors.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { localIdentity, methodsOf, ownSecret, whyWrongPeer } from './authentication.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { openPayloads } from './message-crypt.js';
import { askedEnd, needsSecret, proofOf, proofText } from './methods.js';
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
import { offerPhase1 } from './phase1-suite.js';
import { certificateRequests, hasProof, judgePeer, noticeOf, ourProof } from './proof.js';
import { refusal } from './refusals.js';
import { sendNotify } from './send-informational.js';
import type { Ikev1Settings } from './settings.js';
import type { ExpectMain2, ExpectMain4, ExpectMain6, Ikev1Sa, SecuredSa } from './state.js';
import { received, sendClear, sendSealed } from './transmit.js';
import { readVendorIds, vendorPayloads } from './vendor-ids.js';

const MAIN = EXCHANGE_V1['Identity Protection (Main Mode)'];

const NO_COOKIE = new Uint8Array(8);

/** Sends message 1 (RFC 2409 §5). Throws `UsageError` for settings without path or algorithms. */
export function beginMain(settings: Ikev1Settings, fx: Effects): ExpectMain2 {
  const sa = offerPhase1(settings.ikeProposals, {
    methods: methodsOf(settings, 'initiator'),
    lifetime: phase1Lifetime(settings),
    oneGroup: false,
  });
  if (sa === undefined) throw new UsageError('none of the IKE proposals can be said in IKEv1', 'for example aes256-sha256-modp2048');
  const base = freshSa(settings, 'initiator', firstPath(settings), { spiI: fx.registry.newIkeSpi(), spiR: NO_COOKIE }, fx);
  const payloads = [out.sa(sa), ...vendorPayloads(settings)];
  const sending = sendClear(base, { exchange: MAIN, messageId: 0, payloads, awaited: 'retransmit' }, fx);
  return { ...base, kind: 'expect-main-2', sending, offer: { sa, body: bodyOf(out.sa(sa)) } };
}

/** Message 2: the peer has chosen. Message 3 takes the keys there. */
export function onMain2(waiting: ExpectMain2, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { header, payloads, bytes } = incoming;
  const sa = { ...waiting, spiR: header.spiR.slice() };
  received(sa, incoming, payloads, fx);
  const suite = readChoice(sa.offer, payloads, MAIN);
  if (isRefusal(suite)) return fx.down(sa, 'us', suite);
  const peer = readVendorIds(sa, payloads, fx);
  announceSuite(sa, suite, sa.offer, fx);
  const { settings } = sa;
  const half = suite.keyExchange.initiate(fx.env.random);
  const nonce = fx.env.random(NONCE_LENGTH);
  const message3 = [
    out.ke(half.publicValue),
    out.nonce(nonce),
    ...certificateRequests(settings, suite.method, 'responder'),
    ...natPayloads(suite.hash, sa, sa.path, peer, fx.env.random),
  ];
  const sending = sendClear(sa, { exchange: MAIN, messageId: 0, payloads: message3, awaited: 'retransmit', answers: bytes }, fx);
  return { ...sa, kind: 'expect-main-4', sending, suite, peer, nonce, half };
}

/** Message 4: keys. Message 5 is the first encrypted one, and shows who we are. */
export function onMain4(sa: ExpectMain4, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { header, payloads, bytes, path: from } = incoming;
  received(sa, incoming, payloads, fx);
  const { settings, suite, half, nonce } = sa;
  const theirs = readKeyExchange(payloads, MAIN);
  if (isRefusal(theirs)) return fx.down(sa, 'us', theirs);
  const shared = withPublicValue(MAIN, () => half.finish(theirs.ke));
  if (isRefusal(shared)) return fx.down(sa, 'us', shared);
  const nat = judgeNat(suite.hash, header, from, sa.peer, payloads);
  if (nat.supported) fx.happen(sa, { kind: 'nat', ...nat });
  const secret = needsSecret(suite.method) ? ownSecret(settings) : undefined;
  if (secret === undefined && needsSecret(suite.method)) {
    const text = 'the peer answers main mode as far as it can be seen without a secret: from here on it takes the pre-shared key';
    return fx.down(sa, 'us', refusal('no-credentials', 'us', MAIN, text));
  }
  const values = { nonceI: nonce, nonceR: theirs.nonce, keI: half.publicValue, keR: theirs.ke, shared };
  const peer = readVendorIds(sa, payloads, fx, sa.peer);
  const protection = protect(suite, sa, values, secret);
  announceKeys(sa, protection, fx);
  const path = pathAfterNat(sa.path, nat, peer, settings);
  const localId = localIdentity(settings, path.local.address);
  const secured: SecuredSa = { ...sa, path, ...protection, values, peer, nat };
  const message5 = [
    out.id(localId),
    ...ourProof(secured, 'initiator', bodyOf(out.id(localId))),
    ...(settings.initialContact === true ? [out.notify(NOTIFY_V1['INITIAL-CONTACT'], cookiesOf(sa))] : []),
  ];
  const { sending, chain } = sendSealed(
    secured,
    protection.chain,
    { exchange: MAIN, messageId: 0, payloads: message5, awaited: 'retransmit', answers: bytes },
    fx,
  );
  return { ...secured, kind: 'expect-main-6', sending, chain, localId };
}

/** Message 6: the peer shows who it is. */
export function onMain6(sa: ExpectMain6, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { encrypted, header, path } = incoming;
  const opened = encrypted === undefined ? undefined : openPayloads(sa, sa.chain, header.nextPayload, encrypted);
  const shown = opened === undefined ? undefined : readIdentity(opened.payloads);
  if (opened === undefined || shown === undefined || !hasProof(opened.payloads, sa.suite.method, 'responder')) return garbled(sa, path, fx);
  received(sa, incoming, opened.payloads, fx);
  const at = { ...sa, chain: opened.chain };
  fx.happen(at, { kind: 'peer-identity', id: shown.id });
  const verdict = judgePeer(at, 'responder', shown, opened.payloads, MAIN, fx);
  const { method } = verdict;
  if (verdict.refusal !== undefined) {
    fx.happen(at, { kind: 'peer-auth', ...verdict });
    sendNotify(at, noticeOf(at.suite.method, 'responder'), fx);
    return fx.down(at, 'us', verdict.refusal);
  }
  const wrong = whyWrongPeer(sa.settings, shown.id, MAIN);
  if (wrong !== undefined) {
    fx.happen(at, { kind: 'peer-auth', verdict: 'invalid', method, text: wrong.refusal.text, refusal: wrong.refusal });
    sendNotify(at, wrong.notify, fx);
    return fx.down(at, 'us', wrong.refusal);
  }
  fx.happen(at, { kind: 'peer-auth', ...verdict });
  // Where XAuth follows, the user is still to be accepted.
  if (askedEnd(at.suite.method) !== 'initiator')
    fx.happen(at, { kind: 'our-auth-accepted', method: proofText(proofOf(at.suite.method, 'initiator')) });
  fx.timer(at, 'retransmit');
  return establish({ ...at, remoteId: shown.id }, false, fx);
}

/** So many answers that do not open are no accident. */
const MAX_GARBLED = 2;

/**
 * The peer answers message 5 with something that our keys do not open: it could not read ours either, so that its keys are others. The
 * pre-shared key alone makes that difference (RFC 2409 §5.4).
 */
export function garbled(sa: ExpectMain6, path: Incoming['path'], fx: Effects): ExpectMain6 | undefined {
  const count = sa.garbled + 1;
  fx.happen(sa, { kind: 'ignored', reason: 'an answer to message 5 that our keys do not open', path });
  // With signatures the keys hang on no secret: it is a stranger's, or broken.
  if (!needsSecret(sa.suite.method)) return sa;
  if (count < MAX_GARBLED) return { ...sa, garbled: count };
  const { address } = sa.path.local;
  const text = `the peer answered message 5 ${count} times with what our keys do not open: its pre-shared key for ${address} is another one than ours`;
  return fx.down(
    sa,
    'peer',
    refusal('psk-mismatch', 'peer', MAIN, text, { ours: `a pre-shared key of ${ownSecret(sa.settings)?.length ?? 0} bytes` }),
  );
}
